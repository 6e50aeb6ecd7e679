"""docs/metrics.md names every metric with its unit and its value on no data, and every rollup family."""

import re

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.schema.board import Board
from belvedere.schema.rollup_tables import RollupTable
from tests.unit.docs.markdown import rows, section

DOCUMENT = "docs/metrics.md"


@pytest.mark.parametrize("board", CATALOG.boards.values(), ids=lambda board: board.name)
def test_the_metrics_of_a_board_are_told_with_unit_and_empty_value(board: Board) -> None:
    told = rows(section(DOCUMENT, f"## {board.name.capitalize()}"))
    declared = {m.name: [m.unit, "null" if m.empty is None else str(m.empty)] for m in board.metrics}
    assert {name: row[:2] for name, row in told.items()} == declared
    assert all(row[2] for row in told.values())


@pytest.mark.parametrize("family", CATALOG.rollup_tables.values(), ids=lambda family: family.name)
def test_a_family_is_told_with_its_dimensions_and_buckets(family: RollupTable) -> None:
    _, dimensions, buckets, _ = rows(section(DOCUMENT, "## What is rolled up"))[family.name]
    assert re.findall(r"`(\w+)`", dimensions) == [*family.dimensions, *filter(None, [family.entity])]
    assert buckets.split(", ") == [grain.value for grain in family.grains]
