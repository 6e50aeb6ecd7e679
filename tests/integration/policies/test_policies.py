"""Each function may do exactly what it does. The emulator refuses nobody, so this is what stands for AWS's refusal."""

import pytest

from tests.integration.policies.permissions import MODULES, Permission, allowed
from tests.integration.policies.scenarios import SCENARIOS

EVERY_FUNCTION = pytest.mark.parametrize("module", sorted(MODULES))
UNSEEN: dict[str, dict[Permission, str]] = {  # function -> what it may do and is not seen to do, and why that stays
    module: {("dynamodb:GetItem", "StateTable"): "one statement with the functions that tell `as_of`"}
    for module in ("grafana.table", "grafana.timeseries", "grafana.values")
}


@EVERY_FUNCTION
def test_a_function_may_do_all_that_it_does(module: str, needed: dict[str, set[Permission]]) -> None:
    assert needed[module] - allowed(module) == set()


@EVERY_FUNCTION
def test_a_function_may_do_nothing_that_it_does_not(module: str, needed: dict[str, set[Permission]]) -> None:
    unused = allowed(module) - needed[module]
    assert unused == UNSEEN.get(module, {}).keys()


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
