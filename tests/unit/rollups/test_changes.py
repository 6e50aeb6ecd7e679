"""Stream records become changes, and what cannot be understood is named."""

import base64
from typing import Any

from belvedere.boards.registry import CATALOG
from belvedere.realtime.changelog.notices import changes_body
from belvedere.rollups.changes import by_partition, is_expiry, to_change
from belvedere.rollups.chunks import change_deltas
from belvedere.storage.keys import Key
from tests.unit.rollups.builders import interaction, record, session


def lambda_form(one: dict[str, Any]) -> dict[str, Any]:
    """Binary attributes as Lambda delivers them."""
    image = one["dynamodb"]["NewImage"]
    image["digest"] = {"B": base64.b64encode(image["digest"]["B"]).decode()}
    return one


def test_an_insert_brings_the_event_as_it_was_stored() -> None:
    assert to_change(lambda_form(record(interaction()))).after == interaction()


def test_a_removal_brings_what_was_there() -> None:
    change = to_change(record(interaction(), name="REMOVE"))
    assert (change.before, change.after) == (interaction(), None)


def test_sequence_numbers_compare_as_numbers() -> None:
    nine, ten = (to_change(record(interaction(), sequence)) for sequence in (9, 10))
    assert nine.sequence < ten.sequence


def test_an_expiry_is_not_a_change() -> None:
    expired = record(interaction(), name="REMOVE") | {
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    }
    assert is_expiry(expired)
    assert by_partition([expired], CATALOG.rollup_tables_of) == {}


def test_an_expiry_counts_where_what_is_stored_is_counted() -> None:
    expired = record(session(), name="REMOVE") | {"userIdentity": {"principalId": "dynamodb.amazonaws.com"}}
    ((change,),) = by_partition([expired], CATALOG.rollup_tables_of).values()
    lanes = change_deltas(change, CATALOG.rollup_tables_of)
    rows = {key: counts for deltas in lanes.values() for key, counts in deltas.counters.items()}
    assert {key.pk.split("#")[1] for key in rows} == {
        "productivity.listed", "productivity.listed_by_model", "productivity.listed_by_user",
    }  # fmt: skip
    assert rows[Key("demo#productivity.listed#hour#counters", "2025-01-15T12")] == {
        "count": -1, "n00": -1, "failed": -1, "f00": -1,
    }  # fmt: skip
    assert changes_body([change], CATALOG.live_fields)["events"] == []


def test_a_removal_counts_everywhere() -> None:
    (change,) = by_partition([record(session(), name="REMOVE")], CATALOG.rollup_tables_of).popitem()[1]
    lanes = change_deltas(change, CATALOG.rollup_tables_of)
    touched = {key.pk.split("#")[1] for deltas in lanes.values() for key in deltas.counters}
    assert {"productivity.sessions", "productivity.listed"} <= touched


def test_an_item_that_is_no_event_is_poison_with_its_image_kept() -> None:
    broken = record(interaction())
    broken["dynamodb"]["NewImage"]["body"] = {"S": "{not json"}
    change = to_change(broken)
    assert change.poison is not None
    assert change.poison.startswith("DecodeError")
    assert "{not json" in change.record


def test_an_item_without_content_is_poison_too() -> None:
    broken = record(interaction())
    del broken["dynamodb"]["NewImage"]["body"]
    assert "KeyError" in str(to_change(broken).poison)


def test_changes_are_grouped_by_partition_in_write_order() -> None:
    day, next_day = interaction("a"), interaction("b", at=interaction().time + 86_400_000)
    groups = by_partition([record(day, 1), record(next_day, 2), record(day, 3)], CATALOG.rollup_tables_of)
    assert [[change.sequence[-1] for change in group] for group in groups.values()] == [["1", "3"], ["2"]]
