"""docs/import.md names every kind of source, every option of the command and every place that a trace is read at."""

import pytest

from belvedere_cli.imports.kinds import KINDS, NAMES, OPTIONS, REGISTER_CONCEPTS, Option, kinds_with
from belvedere_cli.imports.traces import aliases
from belvedere_cli.imports.traces.view import FieldPath
from tests.unit.docs.markdown import code, rows, section, text

DOCUMENT = "docs/import.md"
OF_KIND = {"litellm": "Logs of traces", "prodlens": "ProdLens caches", "git": "Git repositories", "github": "GitHub"}
PLACES = {
    place
    for listed in vars(aliases).values()
    if isinstance(listed, tuple)
    for place in listed
    if isinstance(place, FieldPath)
}


def test_every_kind_of_source_has_a_row_and_a_section_where_there_is_more_to_say() -> None:
    assert rows(text(DOCUMENT)).keys() >= set(NAMES)
    assert OF_KIND.keys() == {kind.name for kind in KINDS if set(kind.options) - {REGISTER_CONCEPTS}}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.flag)
def test_an_option_is_told_where_it_is_understood(option: Option) -> None:
    told = {kind: section(DOCUMENT, f"## {heading}") for kind, heading in OF_KIND.items()}
    assert [kind for kind in kinds_with(option) if option.flag not in told.get(kind, text(DOCUMENT))] == []


def test_every_place_of_a_trace_is_named() -> None:
    told = set(code(section(DOCUMENT, "## Logs of traces")))
    named = {
        place.name.removeprefix("prod_lens.").removeprefix("analysis.").removeprefix("context.") for place in PLACES
    }
    assert named - told - {"raw", "end_time", "endTime", "trace_id", "span_id"} == set()
