"""docs/events.md names every event type, its properties, and every result and reason there is."""

from typing import get_args

import msgspec
import pytest

from belvedere.boards.registry import CATALOG
from belvedere.ingest.insert import Result
from belvedere.ingest.quarantine import Reason
from belvedere.schema.board import EventType
from tests.unit.docs.markdown import rows, section

DOCUMENT = "docs/events.md"
WORDS = {bool: "true or false", str: "text", int: "whole number", float: "number"}


def plain_types(declared: object) -> list[object]:
    """The types that a declaration is made of: `Annotated[str, ...] | None` is of text."""
    parts = [one for part in get_args(declared) for one in plain_types(part)] or [declared]
    return [part for part in parts if part in WORDS]


@pytest.mark.parametrize("kind", CATALOG.event_types.values(), ids=lambda kind: kind.name)
def test_a_type_is_told_with_its_properties(kind: EventType) -> None:
    told = rows(section(DOCUMENT, f"### `{kind.name}`"))
    fields = {field.name: field for field in msgspec.structs.fields(kind.properties)}
    assert told.keys() == fields.keys()
    for name, (form, note) in told.items():
        assert form.startswith(tuple(WORDS[one] for one in plain_types(fields[name].type))), name
        assert note.startswith("required") == fields[name].required, name


def test_exactly_the_reasons_there_are_are_told() -> None:
    assert set(rows(section(DOCUMENT, "## Reasons"))) == set(Reason)


def test_exactly_the_results_there_are_are_told() -> None:
    assert set(rows(section(DOCUMENT, "## One event, once"))) == set(Result)
