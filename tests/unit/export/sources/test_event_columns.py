"""Raw events as rows: the envelope, each declared property with its type, and the rest as JSON."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from belvedere.boards.learning.events import INTERACTION
from belvedere.boards.registry import CATALOG
from belvedere.export.columns import Column, ColumnType
from belvedere.export.sources.event_columns import event_columns, property_columns, row_of
from belvedere.ingest.event import Event
from belvedere.schema.board import EventType
from tests.unit.export.tables import csv_lines, file_of, ndjson_rows, nested, texts

KIND = CATALOG.event_types[INTERACTION]
COLUMNS = event_columns(KIND)
NAMES = [column.name for column in COLUMNS]


class Everything(msgspec.Struct):
    whole: Annotated[int, Meta(ge=0, le=10**12)]
    unbounded: int
    share: float | None
    either: Annotated[int, Meta(ge=0, le=5)] | float | None
    flag: bool | None
    name: str
    many: list[str]
    time: str


def of_interaction(**fields: Any) -> Event:
    return Event(**{"id": "a", "type": INTERACTION, "time": 1_000, "workspace": "demo", "received": 2_000, **fields})


def test_the_columns_of_an_interaction_are_these() -> None:
    assert [f"{column.name} {column.type}" for column in COLUMNS] == [
        "id text", "type text", "time timestamp", "user text", "workspace text", "received timestamp",
        "success boolean", "agent_type text", "concept text", "class_id text", "execution_time_ms number",
        "error_type text", "other_properties json",
    ]  # fmt: skip


def test_a_property_has_the_type_that_it_is_declared_with() -> None:
    kind = EventType(name="x", properties=Everything)
    assert {name: column.type.value for name, column in property_columns(kind).items()} == {
        "whole": "integer", "unbounded": "json", "share": "number", "either": "number", "flag": "boolean",
        "name": "text", "many": "json", "time": "text",
    }  # fmt: skip


def test_a_property_that_is_called_like_the_envelope_has_a_longer_name() -> None:
    assert property_columns(EventType(name="x", properties=Everything))["time"] == Column("property_time")


@pytest.mark.parametrize("name", CATALOG.event_types)
def test_no_two_columns_of_a_type_have_one_name(name: str) -> None:
    names = [column.name for column in event_columns(CATALOG.event_types[name])]
    assert len(set(names)) == len(names)


def test_an_event_is_a_row_and_what_is_not_declared_is_json() -> None:
    event = of_interaction(user="ada", properties={"success": True, "execution_time_ms": 5, "step": {"n": [1]}})
    row = dict(zip(NAMES, row_of(KIND, COLUMNS)(event), strict=True))
    assert row == dict.fromkeys(NAMES) | {
        "id": "a", "type": INTERACTION, "time": 1_000, "user": "ada", "workspace": "demo", "received": 2_000,
        "success": True, "execution_time_ms": 5, "other_properties": {"step": {"n": [1]}},
    }  # fmt: skip


@pytest.mark.parametrize("names", [["success"], ["user", "id"]])
def test_columns_are_chosen_and_put_in_order(names: list[str]) -> None:
    columns = tuple(Column(name, COLUMNS[NAMES.index(name)].type) for name in names)
    event = of_interaction(user="ada", properties={"success": False})
    values = {"success": False, "user": "ada", "id": "a"}
    assert list(row_of(KIND, columns)(event)) == [values[name] for name in names]


def test_a_whole_number_is_whole_however_it_was_sent() -> None:
    kind = CATALOG.event_types["productivity.commit"]
    columns = event_columns(kind)
    event = of_interaction(type=kind.name, properties={"sha": "a", "additions": 5.0})
    value = dict(zip((column.name for column in columns), row_of(kind, columns)(event), strict=True))["additions"]
    assert (value, type(value)) == (5, int)


others = st.dictionaries(texts.filter(lambda name: name not in NAMES), nested, max_size=3)
events = st.builds(
    lambda number, user, success, concept, ms, more: of_interaction(
        id=f"event-{number}", user=user,
        properties={"success": success, "concept": concept, "execution_time_ms": ms, **more},
    ),
    st.integers(0), st.none() | texts, st.booleans(), st.none() | texts, st.none() | st.floats(0, 1e12), others,
)  # fmt: skip


@given(st.lists(events, max_size=8))
def test_random_events_are_in_a_file_what_they_were(some: list[Event]) -> None:
    rows = list(map(row_of(KIND, COLUMNS), some))
    read = ndjson_rows(file_of("ndjson", rows, COLUMNS))
    assert [(row["id"], row["user"], row["success"], row["execution_time_ms"]) for row in read] == [
        (event.id, event.user, event.properties["success"], event.properties["execution_time_ms"]) for event in some
    ]
    declared = property_columns(KIND)
    rest = [{name: value for name, value in e.properties.items() if name not in declared} or None for e in some]
    assert [row["other_properties"] for row in read] == rest
    assert len(csv_lines(file_of("csv", rows, COLUMNS))) == len(some) + 1


def test_the_type_of_a_flag_is_boolean_although_true_is_a_number_in_python() -> None:
    assert COLUMNS[NAMES.index("success")].type is ColumnType.BOOLEAN
