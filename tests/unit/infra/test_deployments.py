"""What AWS makes of template.yaml: stacks beside each other, versions that take over, and what failures leave."""

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest

from infra.local.deploy import templates
from infra.local.deploy.releases import without_aliases
from infra.local.deploy.unsupported import without_unsupported
from infra.local.settings import ROOT
from tests.unit.infra.test_template import RESOURCES, TEMPLATE

NAMED_BY = {  # properties by which a resource has a name in the account (and region), where it is not its parent's
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
WITHOUT_A_NAME = {  # of their parents, or with an id that AWS gives
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::RouteResponse", "AWS::CodeDeploy::DeploymentGroup", "AWS::IAM::Policy", "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission",
    "AWS::Lambda::Version", "AWS::S3::BucketPolicy",
}  # fmt: skip
MOST_RESOURCES = 190  # some 90 endpoints more will come, and a stack may have 500
OF_EXPORT_JOBS = ("Export", "Parquet")  # what names of their resources begin with
MOST_OF_EXPORT_JOBS = 20
PRODUCTION = {"Environment": "production", "CanaryReleases": "true"}
Resources = dict[str, Any]


def translated(**parameters: str) -> Resources:
    """The resources that AWS would make."""
    plain = templates.to_cloudformation(templates.packaged(), templates.local_parameters() | parameters)
    return dict(plain["Resources"])


def of_type(resources: Resources, kind: str) -> Resources:
    """The resources of one type."""
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


@pytest.fixture(scope="module")
def production() -> Resources:
    """The stack of production."""
    return translated(**PRODUCTION)


def test_every_kind_of_resource_is_known_to_have_a_name_or_none(production: Resources) -> None:
    assert {one["Type"] for one in production.values()} - NAMED_BY.keys() - WITHOUT_A_NAME == set()


def test_two_stacks_in_one_account_share_no_name(production: Resources) -> None:
    """A name is the stack's own: CloudFormation's, or one that holds the stack's."""
    shared = {
        logical_id: name
        for logical_id, resource in production.items()
        if (name := resource["Properties"].get(NAMED_BY.get(resource["Type"], ""))) is not None
        and "AWS::StackName" not in str(name)
    }
    assert shared == {}


def test_a_stack_stays_far_from_the_500_resources_that_one_may_have(production: Resources) -> None:
    assert len([name for name in translated() if not name.startswith(OF_EXPORT_JOBS)]) <= MOST_RESOURCES
    assert len([name for name in translated() if name.startswith(OF_EXPORT_JOBS)]) <= MOST_OF_EXPORT_JOBS
    assert len(production) <= MOST_RESOURCES + MOST_OF_EXPORT_JOBS  # with CodeDeploy's, of canaries


def invoked_by(resources: Resources, service: str) -> set[str]:
    """The functions that a service may invoke by a role that it assumes."""
    roles = [
        role
        for role in of_type(resources, "AWS::IAM::Role").values()
        if f"{service}.amazonaws.com" in str(role["AssumeRolePolicyDocument"])
    ]
    statements = [one for role in roles for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    assert {statement["Action"] for statement in statements} == {"lambda:InvokeFunction"}
    arns = [arn for statement in statements for arn in statement["Resource"]]
    return {next(named(arn)).removesuffix("Aliaslive") for arn in arns}


def test_requests_end_before_the_gateways_give_them_up(production: Resources) -> None:
    """Of functions behind a route; an HTTP API waits 30 s, a WebSocket API 29 s."""
    invoked = invoked_by(production, "apigateway")
    functions = of_type(production, "AWS::Lambda::Function")
    assert len(invoked) > 60
    assert {name: functions[name]["Timeout"] for name in invoked if functions[name]["Timeout"] > 28} == {}


def test_every_started_function_has_an_age_and_a_place_for_what_is_given_up(production: Resources) -> None:
    """Started by a schedule or by another function that does not wait; the fold is read to by its mapping."""
    rules = of_type(production, "AWS::Events::Rule").values()
    schedules = of_type(production, "AWS::Scheduler::Schedule").values()
    targets = [target for rule in rules for target in rule["Targets"]] + [one["Target"] for one in schedules]
    scheduled = {target["Arn"]["Fn::GetAtt"][0] for target in targets}
    configs = of_type(production, "AWS::Lambda::EventInvokeConfig").values()
    configured = {config["FunctionName"]["Ref"]: config for config in configs}
    assert configured.keys() == scheduled | {"RealtimePushFunction"}
    for config in configured.values():
        assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["AsyncFailures", "Arn"]}
        assert config["MaximumEventAgeInSeconds"] <= 21_600
        assert "MaximumRetryAttempts" in config


def test_new_versions_of_ingest_and_fold_take_over_little_by_little_in_production_only(production: Resources) -> None:
    groups = of_type(production, "AWS::CodeDeploy::DeploymentGroup")
    assert groups.keys() == {"IngestEventsFunctionDeploymentGroup", "FoldRollupsFunctionDeploymentGroup"}
    assert all(group["AlarmConfiguration"]["Enabled"] for group in groups.values())
    assert not [one for one in translated().values() if one["Type"].startswith("AWS::CodeDeploy")]


@pytest.mark.parametrize("layer", ["DepsLayer", "SharedLayer"])
def test_a_change_of_a_layer_is_a_new_version(production: Resources, layer: str) -> None:
    """Most of the code is in layers; the alias would go on with the old one."""
    template = templates.packaged()
    template["Resources"][layer]["Properties"]["ContentUri"] = {"Bucket": "b", "Key": "another"}
    changed = templates.to_cloudformation(template, templates.local_parameters() | PRODUCTION)["Resources"]
    before, after = (set(of_type(resources, "AWS::Lambda::Version")) for resources in (production, changed))
    assert len(before) == len(after) == 2
    assert not before & after


def test_an_api_may_invoke_the_functions_of_its_routes_and_no_other(production: Resources) -> None:
    kinds = ("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration")
    integrations = str([of_type(production, kind) for kind in kinds])
    integrated = re.findall(r"functions/\$\{(\w+Function)\.Arn\}(?::live)?/invocations", integrations)
    assert set(integrated) == invoked_by(production, "apigateway")
    assert len(integrated) == len(set(integrated)) == len(re.findall("'credentials'|'CredentialsArn'", integrations))


def test_the_scheduler_may_invoke_what_it_is_to_invoke_and_no_other(production: Resources) -> None:
    targets = [schedule["Target"] for schedule in of_type(production, "AWS::Scheduler::Schedule").values()]
    assert {target["Arn"]["Fn::GetAtt"][0] for target in targets} == invoked_by(production, "scheduler")
    assert all(target["RoleArn"] == {"Fn::GetAtt": ["ScheduleRole", "Arn"]} for target in targets)


NO_VERSION = {  # parameters whose change is no new version of ingest and fold, and why
    "CanaryReleases": "of the deployment", "IngestConcurrency": "of all versions", "FoldConcurrency": "of all versions",
    "AccessTokenExpireMinutes": "of signing in", "RefreshTokenExpireDays": "of signing in",
    "MasteryThreshold": "of answers", "CacheMaxSize": "of answers", "ExportRetentionDays": "of export jobs",
    "CorsOrigins": "too long", "JwksUrl": "too long", "JwtIssuer": "too long", "JwtAudience": "too long",
    "ModelPricesFile": "too long",
}  # fmt: skip  # what is too long comes with a new Release, as docs/deploy.md says


@pytest.mark.parametrize("function", ["IngestEventsFunction", "FoldRollupsFunction"])
def test_a_changed_parameter_alone_is_a_new_version(function: str) -> None:
    """A version is replaced when its description changes; SAM sees no parameter's value."""
    properties = {**TEMPLATE["Globals"]["Function"], **RESOURCES[function]["Properties"]}
    described = set(named(properties["VersionDescription"]))
    outside = ("Policies", "Events", "DeploymentPreference", "Tags")
    used = {name for key, value in properties.items() if key not in outside for name in named(value)}
    globally = set(named(TEMPLATE["Globals"]["Function"]["Environment"]))
    assert ((used | globally) & TEMPLATE["Parameters"].keys()) - described - NO_VERSION.keys() == set()


def named(value: Any) -> Iterator[str]:
    """What an intrinsic names, wherever it is in a value."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{(\w+)(?:\.\w+)?\}", text)
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case dict():
            for inner in value.values():
                yield from named(inner)
        case list():
            for inner in value:
                yield from named(inner)


@pytest.mark.parametrize("canaries", ["true", "false"])
def test_no_resource_waits_for_itself(canaries: str) -> None:
    """CloudFormation makes nothing of a template whose resources need each other in a circle."""
    resources = translated(**PRODUCTION | {"CanaryReleases": canaries})
    needed = {
        name: {other for other in (*named(resource), *listed(resource.get("DependsOn", []))) if other in resources}
        for name, resource in resources.items()
    }
    assert len(list(TopologicalSorter(needed).static_order())) == len(resources)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_events_go_through_the_alias(production: Resources) -> None:
    (mapping,) = of_type(production, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionName"] == {"Ref": "FoldRollupsFunctionAliaslive"}
    warmed = production["OpsWarmFunction"]["Properties"]["Environment"]["Variables"]["WARM_FUNCTIONS"]
    assert {"Ref": "IngestEventsFunctionAliaslive"} in warmed["Fn::Join"][1]


def test_the_emulator_is_given_functions_without_aliases() -> None:
    template = without_aliases(templates.packaged())
    plain = templates.to_cloudformation(template, templates.local_parameters())["Resources"]
    assert not {"AWS::Lambda::Alias", "AWS::Lambda::Version"} & {one["Type"] for one in plain.values()}
    assert "Alias" not in str(plain)
    assert set(plain) < set(translated())


def test_the_emulator_is_given_nothing_that_it_refuses_and_everything_else() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}
    over_several = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}}
    answer = {"Type": "AWS::ApiGatewayV2::RouteResponse"}
    template = {"Resources": {"A": answer, "B": {"Type": "X"}, "C": alarm, "D": over_several}, "Outputs": {}}
    assert without_unsupported(template) == {"Resources": {"B": {"Type": "X"}, "C": alarm}, "Outputs": {}}


@pytest.mark.parametrize("table", ["EventsTable", "RollupsTable", "StateTable", "DirectoryTable"])
def test_what_cannot_be_rebuilt_can_be_brought_back_to_any_second(production: Resources, table: str) -> None:
    recovery = production[table]["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_both_apis_are_throttled(production: Resources) -> None:
    stages = of_type(production, "AWS::ApiGatewayV2::Stage")
    assert len(stages) == 2
    assert all("ThrottlingRateLimit" in stage["DefaultRouteSettings"] for stage in stages.values())


def test_the_access_log_has_the_route_and_nothing_that_names_a_person_or_a_key(production: Resources) -> None:
    form = production["ApiApiGatewayDefaultStage"]["Properties"]["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in form
    assert not [word for word in ("$context.path", "querystring", "header", "authorizer") if word in form]


def test_alarms_watch_metrics_that_exist(production: Resources) -> None:
    """Of ours, what the fold writes, under the dimensions that it is written with."""
    alarms = of_type(production, "AWS::CloudWatch::Alarm").values()
    ours = [one for one in alarms if one.get("Namespace") == "Belvedere"]
    assert [(one["MetricName"], one["Dimensions"]) for one in ours] == [
        ("put_aside", [{"Name": "board", "Value": "fold"}, {"Name": "service", "Value": "belvedere"}])
    ]


@pytest.mark.parametrize(
    ("namespace", "metric", "of"),
    [
        ("AWS/Lambda", "Throttles", None),
        ("AWS/Lambda", "Errors", "FoldRollupsFunction"),
        ("AWS/Lambda", "IteratorAge", "FoldRollupsFunction"),
        ("AWS/Lambda", "Invocations", "FoldRollupsFunction"),
        ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "EventsTable"),
        ("AWS/DynamoDB", "WriteThrottleEvents", "EventsTable"),
        ("AWS/DynamoDB", "WriteThrottleEvents", "RollupsTable"),
        ("AWS/DynamoDB", "WriteThrottleEvents", "StateTable"),
        ("AWS/DynamoDB", "WriteThrottleEvents", "ByBucket"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "FoldFailures"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "AsyncFailures"),
        ("AWS/ApiGateway", "5xx", "Api"),
        ("AWS/ApiGateway", "IntegrationError", "WebSocketApi"),
        ("AWS/ApiGateway", "ExecutionError", "WebSocketApi"),
    ],
)
def test_an_alarm_watches(production: Resources, namespace: str, metric: str, of: str | None) -> None:
    alarms = of_type(production, "AWS::CloudWatch::Alarm").values()
    parts = [one["MetricStat"]["Metric"] for alarm in alarms for one in alarm.get("Metrics", ()) if "MetricStat" in one]
    watched = [one for one in (*alarms, *parts) if (one.get("Namespace"), one.get("MetricName")) == (namespace, metric)]
    whose = [str(one.get("Dimensions")) for one in watched]
    assert [text for text in whose if (f"'{of}'" in text if of else text == "None")], whose


@pytest.mark.parametrize(
    ("function", "parameter"),
    [("IngestEventsFunction", "IngestConcurrency"), ("FoldRollupsFunction", "FoldConcurrency")],
)
def test_executions_are_reserved_only_where_that_is_asked_for(
    production: Resources, function: str, parameter: str
) -> None:
    condition, given, otherwise = production[function]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"]
    assert (given, otherwise) == ({"Ref": parameter}, {"Ref": "AWS::NoValue"})
    assert TEMPLATE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]}
    assert TEMPLATE["Parameters"][parameter]["Default"] == 0


def test_the_layer_has_the_service_models_of_every_client_that_is_made() -> None:
    """Botocore cannot make another one: it is trimmed to these."""
    (listed,) = re.findall(r"^SERVICES := (.*)$", (ROOT / "layers" / "deps" / "Makefile").read_text(), re.MULTILINE)
    code = [file.read_text() for folder in ("functions", "layers/shared") for file in (ROOT / folder).rglob("*.py")]
    made = re.findall(r"""client\(\s*["']([a-z0-9-]+)["']""", "".join(code))
    assert set(made) == set(listed.split())
    assert not [text for text in code if re.search(r"^\s*(import|from) boto3", text, re.MULTILINE)]


def test_layers_are_built_for_what_is_deployed_unless_told_otherwise() -> None:
    defaults = {name: parameter.get("Default") for name, parameter in TEMPLATE["Parameters"].items()}
    for layer in ("deps", "stats", "shared"):
        makefile = (ROOT / "layers" / layer / "Makefile").read_text()
        assert f"LAMBDA_RUNTIME ?= {defaults['PythonRuntime']}\n" in makefile
        assert f"LAMBDA_ARCHITECTURE ?= {defaults['Architecture']}\n" in makefile


def test_a_call_that_is_lost_is_given_up_in_the_time_of_a_request() -> None:
    """A lean read is tried once and then left to botocore."""
    text = (ROOT / "layers" / "shared" / "belvedere" / "storage" / "client.py").read_text()
    given = {name: float(value) for name, value in re.findall(r"^([A-Z_]+) = ([\d.]+)", text, re.MULTILINE)}
    once = given["CONNECT_TIMEOUT_S"] + given["READ_TIMEOUT_S"]
    assert once * (1 + given["ATTEMPTS"]) < TEMPLATE["Globals"]["Function"]["Timeout"]
