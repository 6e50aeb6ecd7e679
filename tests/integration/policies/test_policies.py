"""Each function may do exactly what it does. The emulator refuses nobody, so this is what stands for AWS's refusal."""

import pytest

from belvedere.export.sources.data_type import RouteRequest
from belvedere.export.sources.registry import data_types
from belvedere.export.sources.route_answer import RouteAnswer
from belvedere.http.in_process import module_of
from tests.integration.policies.permissions import MODULES, Permission, allowed, role_of, statements
from tests.integration.policies.scenarios import SCENARIOS

SHARED_ROLES = {
    role: [module for module, function in MODULES.items() if role_of(function) == role]
    for role in {role_of(function) for function in MODULES.values()}
    if role
}
EVERY_FUNCTION = pytest.mark.parametrize("module", sorted(MODULES))
EXPORTING = "export.part"
OF_ANSWERS = {  # what the functions of routes whose answers can be exported may do
    permission
    for kind in data_types().values()
    if isinstance(kind, RouteAnswer)
    for permission in allowed(module_of(RouteRequest(kind.method, kind.path)))
}
OF_ENTITIES = {("dynamodb:Query", "RollupsTable/index/ByBucket"): "all who read rollups have one statement"}
UNSEEN: dict[str, dict[Permission, str]] = {  # function -> what it may do and is not seen to do, and why that stays
    **{
        module: {("dynamodb:GetItem", "StateTable"): "one statement with the functions that tell `as_of`"}
        for module in ("grafana.table", "grafana.timeseries", "grafana.values")
    },
    "learning.summary": OF_ENTITIES,
    "productivity.metrics": OF_ENTITIES,
    "productivity.raw": OF_ENTITIES,
    "productivity.insights": OF_ENTITIES,
    "productivity.dismiss": OF_ENTITIES,
    "learning.student_insights": OF_ENTITIES | {
        ("dynamodb:BatchGetItem", "RollupsTable"): "all who read rollups have one statement"
    },
    "export.download": {("s3:GetObject", "ExportBucket/*"): "a link is followed with the role that signed it"},
}  # fmt: skip


@EVERY_FUNCTION
def test_a_function_may_do_all_that_it_does(module: str, needed: dict[str, set[Permission]]) -> None:
    assert needed[module] - allowed(module) == set()


@EVERY_FUNCTION
def test_a_function_may_do_nothing_that_it_does_not(module: str, needed: dict[str, set[Permission]]) -> None:
    unused = allowed(module) - needed[module]
    if module == EXPORTING:
        unused -= OF_ANSWERS
    assert unused == UNSEEN.get(module, {}).keys()


def test_the_export_of_an_answer_may_do_what_its_route_may_do() -> None:
    of_requests = {("secretsmanager:GetSecretValue", "TokenSecret")}  # tokens were checked when the job was begun
    assert OF_ANSWERS - allowed(EXPORTING) == of_requests


@pytest.mark.parametrize("role", sorted(SHARED_ROLES))
def test_a_shared_role_allows_what_its_functions_do_together_and_nothing_else(
    role: str, needed: dict[str, set[Permission]]
) -> None:
    sharing = SHARED_ROLES[role]
    unseen = set.intersection(*({*UNSEEN.get(module, {})} for module in sharing))
    assert set.union(*(needed[module] for module in sharing)) == allowed(sharing[0]) - unseen


def test_functions_share_a_role_exactly_when_they_may_do_the_same() -> None:
    """Also what is allowed only where a parameter says so; the order of statements says nothing."""
    policies = {module: tuple(sorted(map(str, statements(function)))) for module, function in MODULES.items()}
    roles = {module: role_of(function) or module for module, function in MODULES.items()}
    pairs = {(policies[module], roles[module]) for module in MODULES}
    assert len(pairs) == len(set(policies.values())) == len(set(roles.values()))


def test_what_a_function_needs_is_seen(needed: dict[str, set[Permission]]) -> None:
    """The watch itself works: these are in nobody's way to be forgotten."""
    assert {
        ("dynamodb:ConditionCheckItem", "StateTable"),
        ("dynamodb:UpdateItem", "RollupsTable"),
        ("lambda:InvokeFunction", "FoldRecountFunction"),
    } <= needed["fold.rollups"]
    assert needed["ops.openapi"] == needed["ops.docs"] == needed["ops.not_found"] == set()


def test_a_scenario_is_of_a_function_that_there_is() -> None:
    assert SCENARIOS.keys() <= MODULES.keys()
