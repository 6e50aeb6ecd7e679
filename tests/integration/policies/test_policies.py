"""Each function may do exactly what it does. The emulator refuses nobody, so this is what stands for AWS's refusal."""

import pytest

from belvedere.export.sources.data_type import RouteRequest
from belvedere.export.sources.registry import data_types
from belvedere.export.sources.route_answer import RouteAnswer
from belvedere.http.in_process import module_of
from tests.integration.policies.permissions import MODULES, Permission, allowed
from tests.integration.policies.scenarios import SCENARIOS

EVERY_FUNCTION = pytest.mark.parametrize("module", sorted(MODULES))
EXPORTING = "export.part"
OF_ANSWERS = {  # what the functions of routes whose answers can be exported may do
    permission
    for kind in data_types().values()
    if isinstance(kind, RouteAnswer)
    for permission in allowed(module_of(RouteRequest(kind.method, kind.path)))
}
UNSEEN: dict[str, dict[Permission, str]] = {  # function -> what it may do and is not seen to do, and why that stays
    module: {("dynamodb:GetItem", "StateTable"): "one statement with the functions that tell `as_of`"}
    for module in ("grafana.table", "grafana.timeseries", "grafana.values")
}
UNSEEN["export.download"] = {("s3:GetObject", "ExportBucket/*"): "a link is followed with the role that signed it"}


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
