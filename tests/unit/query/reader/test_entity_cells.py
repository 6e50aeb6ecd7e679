"""An entity's cells are told by day, whatever rows the day is kept in."""

import asyncio

from belvedere.boards.learning.rollup_tables import BY_USER
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.reader.entity_cells import Cell, entity_cells
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

DAY = NOON - 12 * HOUR_MS


def test_the_parts_of_a_day_are_added_up_cell_by_cell() -> None:
    table = folded(
        interaction("e1", concept="work", at=DAY),
        interaction("e2", concept="work", at=NOON, success=False),
        interaction("e3", concept="work", at=NOON + DAY_MS),
        interaction("e4", user="bob", concept="work"),
    )
    reader = Reader(table, StateTable())  # type: ignore[arg-type]
    cells = asyncio.run(entity_cells(reader, BY_USER, "ann", TimeRange(NOON, NOON + 1)))
    assert sorted(cells) == [
        Cell(DAY, "c", ("work",), "count", 2),
        Cell(DAY, "c", ("work",), "success", 1),
        Cell(DAY, "h", ("00", "kinematics"), "count", 1),
        Cell(DAY, "h", ("00", "kinematics"), "success", 1),
        Cell(DAY, "h", ("12", "kinematics"), "count", 1),
    ]
