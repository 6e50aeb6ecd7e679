"""template.yaml and what stands beside it tell the same story."""

import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.http.cors import METHODS, REQUEST_HEADERS
from belvedere.settings import Settings
from infra.local.deploy import http_api, tables, templates
from infra.local.settings import ROOT
from tests.deployed_routes import DEFAULT, deployed_routes

TEMPLATE = templates.load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
HANDLERS = templates.handlers(TEMPLATE)
FUNCTIONS = {name: resource for name, resource in RESOURCES.items() if name in HANDLERS}
# They come and go: connections are named by API Gateway, exported files and the executions that write them by jobs.
COMING_AND_GOING = (
    *(f"${{WebSocketApi}}/live/{method}/@connections/*'}}" for method in ("POST", "DELETE")),
    "${ExportBucket.Arn}/*'}", ":execution:${ExportStateMachine.Name}:*'}",
)  # fmt: skip
STATEMENTS = [
    pytest.param(statement, id=f"{name}-{statement['Sid']}")
    for name, resource in RESOURCES.items()
    if name in FUNCTIONS or resource["Type"] == "AWS::IAM::Role"
    for policy in resource["Properties"].get("Policies", [])
    for given in policy.get("PolicyDocument", policy)["Statement"]
    for statement in [given["Fn::If"][1] if "Fn::If" in given else given]
]


@pytest.mark.parametrize(("logical_id", "module"), HANDLERS.items())
def test_one_name_everywhere(logical_id: str, module: str) -> None:
    words = module.replace("_", ".").split(".")
    assert logical_id == "".join(word.capitalize() for word in words) + "Function"
    assert (ROOT / "functions" / Path(*module.split("."))).with_suffix(".py").is_file()
    assert (ROOT / "events" / f"{module}.json").is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "events").glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_event_has_its_handler(path: Path) -> None:
    json.loads(path.read_text())
    assert path.stem in HANDLERS.values()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_permissions_name_their_actions_and_tables(statement: dict[str, Any]) -> None:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    assert not [action for action in actions if "*" in action]
    every = [str(resource) for resource in resources if "*" in str(resource)]
    assert not [resource for resource in every if not resource.endswith(COMING_AND_GOING)]


def test_nobody_may_scan_a_table() -> None:
    assert not [param.id for param in STATEMENTS if "dynamodb:Scan" in str(param.values[0])]


def test_all_functions_share_code_and_layers_and_some_have_another_layer() -> None:
    assert not [name for name, function in FUNCTIONS.items() if "CodeUri" in function["Properties"]]
    own = {name: layers for name, function in FUNCTIONS.items() if (layers := function["Properties"].get("Layers"))}
    assert own == {
        "ProductivityAssociationFunction": [{"Ref": "StatsLayer"}],
        "ExportPartFunction": [{"Ref": "ParquetLayer"}],
        "ExportAssembleFunction": [{"Ref": "ParquetLayer"}],
    }


def test_the_function_with_another_layer_has_the_shared_ones_too() -> None:
    plain = templates.to_cloudformation(templates.packaged(), templates.local_parameters())["Resources"]
    shared, three = (
        plain[name]["Properties"]["Layers"] for name in ("LearningSummaryFunction", "ProductivityAssociationFunction")
    )
    assert len(three) == 3
    assert three[:2] == shared


def test_tables_have_one_shape_and_only_events_a_stream() -> None:
    made = {name: tables.creation(properties) for name, properties in tables.definitions().items()}
    assert {json.dumps(request["KeySchema"]) for request in made.values()} == {
        '[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]'
    }
    assert [name for name, request in made.items() if "StreamSpecification" in request] == ["EVENTS_TABLE"]
    assert made["EVENTS_TABLE"]["StreamSpecification"] == {
        "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES",
    }  # fmt: skip


def test_what_cannot_be_rebuilt_outlives_its_stack() -> None:
    kept = {name for name, resource in RESOURCES.items() if resource.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {"EventsTable", "RollupsTable", "StateTable", "DirectoryTable"}
    assert all(RESOURCES[name]["UpdateReplacePolicy"] == "Retain" for name in kept)


@pytest.mark.parametrize("environment", ["default", "dev", "prod"])
def test_samconfig_sets_parameters_that_exist(environment: str) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]
    given = dict(pair.split("=", 1) for pair in config["deploy"]["parameters"]["parameter_overrides"])
    for name, value in given.items():
        assert value in map(str, TEMPLATE["Parameters"][name].get("AllowedValues", [value]))


def test_a_local_stack_may_be_read_without_a_key_unless_that_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_READ", raising=False)
    assert templates.local_parameters()["PublicRead"] == "true"
    monkeypatch.setenv("PUBLIC_READ", "false")
    assert templates.local_parameters()["PublicRead"] == "false"


def test_no_other_deployment_may_be_read_without_a_key() -> None:
    assert TEMPLATE["Parameters"]["PublicRead"]["Default"] == "false"
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    for environment in config.keys() - {"version", "default"}:
        given = config[environment]["deploy"]["parameters"]["parameter_overrides"]
        assert not [pair for pair in given if pair.startswith(("PublicRead=", "Environment=development"))]


def test_the_whole_template_becomes_cloudformation_with_every_route() -> None:
    plain = http_api.expand_http_apis(templates.to_cloudformation(templates.packaged(), templates.local_parameters()))
    routes = {
        resource["Properties"]["RouteKey"]
        for resource in plain["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route" and resource["Properties"]["ApiId"] == {"Ref": "Api"}
    }
    assert routes == {"$default" if path == DEFAULT else f"{method} {path}" for method, path in deployed_routes()}
    assert not [name for name, one in plain["Resources"].items() if one["Type"].startswith("AWS::Serverless")]


def test_the_http_api_lets_pages_send_what_the_combined_application_lets_them_send() -> None:
    _, cors, _ = TEMPLATE["Resources"]["Api"]["Properties"]["CorsConfiguration"]["Fn::If"]
    for names, said in ((cors["AllowHeaders"], REQUEST_HEADERS), (cors["AllowMethods"], METHODS)):
        assert names == [name.strip() for name in said.split(",")]


@pytest.mark.parametrize("given", ["http://a:1,http://b:2", '["http://a:1", "http://b:2"]'])
def test_make_up_takes_origins_as_both_contracts_write_them(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", given)
    assert templates.local_parameters()["CorsOrigins"] == "http://a:1,http://b:2"


def test_every_setting_that_make_up_takes_becomes_a_parameter_that_the_functions_read() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    defaults = {one.name.upper(): one.default for one in msgspec.structs.fields(Settings)}
    for setting, parameter in templates.CHOICES.items():
        assert variables[setting] == {"Ref": parameter}
        if setting in defaults and setting != "CORS_ORIGINS":  # a container has none until it is told
            default = TEMPLATE["Parameters"][parameter]["Default"]
            assert msgspec.convert(default, type(defaults[setting]), strict=False) == defaults[setting]
