"""One entity's rows, cell by cell and day by day: for answers made of several of its breakdowns at once."""

from collections import defaultdict
from functools import partial
from typing import NamedTuple

from belvedere.boards.base.rollup_tables import Grain, RollupTable
from belvedere.query.ranges import TimeRange
from belvedere.query.read import Reader
from belvedere.rollups.buckets import bucket_of, day_start
from belvedere.rollups.cells import cell_numbers
from belvedere.rollups.rows import COUNTERS
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.threads import in_thread


class Cell(NamedTuple):
    """One measure of one cell: the day's start (epoch ms), the breakdown's tag, its field values, and the number."""

    day: int
    tag: str
    values: tuple[str, ...]
    measure: str
    number: int


async def entity_cells(reader: Reader, family: RollupTable, entity: str, time_range: TimeRange) -> list[Cell]:
    """All cells of an entity's days that a range touches, in order of days; one query. Cells of 0 are left out."""
    return await in_thread(partial(_cells, reader, family, entity, time_range))


def _cells(reader: Reader, family: RollupTable, entity: str, time_range: TimeRange) -> list[Cell]:
    partition = rollup_partition(reader.rollups.workspace, family.name, Grain.DAY, COUNTERS, entity)
    low, high = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY) + AFTER
    days: dict[tuple[int, str, tuple[str, ...], str], int] = defaultdict(int)  # a day has a row for each of its parts
    for row in reader.rollups.query(partition, low, high, consistent=reader.consistent):
        for cell in cell_numbers(family, row):
            days[day_start(str(row["sk"])), cell.tag, cell.values, cell.measure] += cell.number
    return [Cell(*cell, number) for cell, number in days.items() if number]
