"""What `make check-localstack` gives to LocalStack, and what it takes for a difference."""

from typing import Any

import pytest

from infra.local.check.__main__ import _compared
from infra.local.check.excerpt import CREATED, ELSEWHERE, excerpt
from infra.local.deploy import tables, templates
from infra.local.settings import LocalError

EVENTS = tables.definitions()["EVENTS_TABLE"]


def made(**changes: Any) -> dict[str, Any]:
    """The table as a service would describe it."""
    return {"TableName": "t", **tables.creation(EVENTS), **changes}


def test_the_excerpt_holds_every_resource_of_its_types_and_names_no_other() -> None:
    whole = templates.to_cloudformation(templates.packaged(), templates.local_parameters())
    part = excerpt(whole)
    assert part["Resources"].keys() == {name for name, one in whole["Resources"].items() if one["Type"] in CREATED}
    lost = whole["Resources"].keys() - part["Resources"].keys()
    assert not [name for name in lost if f"'{name}'" in str(part["Resources"])]
    rules = [one for one in part["Resources"].values() if one["Type"] == "AWS::Events::Rule"]
    assert {target["Arn"] for rule in rules for target in rule["Properties"]["Targets"]} == {ELSEWHERE}


def test_a_table_as_declared_is_no_difference() -> None:
    _compared(EVENTS, made())


@pytest.mark.parametrize("changes", [
    {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]},
    {"GlobalSecondaryIndexes": []},
    {"StreamSpecification": None},
], ids=lambda changes: next(iter(changes)))  # fmt: skip
def test_a_table_that_lacks_something_is_a_difference(changes: dict[str, Any]) -> None:
    with pytest.raises(LocalError, match="declared as"):
        _compared(EVENTS, made(**changes))
