"""One entity's rows, cell by cell and day by day: for answers made of several of its breakdowns at once."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from belvedere.clock import HOUR_MS
from belvedere.query.reader.read import Reader
from belvedere.rollups.cells import cell_numbers, hour_of
from belvedere.rollups.rows import COUNTERS
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of, day_start
from belvedere.time_ranges import TimeRange


class Cell(NamedTuple):
    """One measure of one cell: the day's start (epoch ms), the breakdown's tag, its field values, and the number.

    `hour` is the UTC hour of the day where a cell is of one; cells from before breakdowns had hours are of none.
    """

    day: int
    tag: str
    values: tuple[str, ...]
    measure: str
    number: int
    hour: int | None = None

    def within(self, time_range: TimeRange) -> bool:
        """Is it of a range of whole hours? A cell of no hour is taken for one of them."""
        moment = self.day + (self.hour or 0) * HOUR_MS
        return self.hour is None or time_range.start <= moment < time_range.end


async def entity_cells(reader: Reader, family: RollupTable, entity: str, time_range: TimeRange) -> list[Cell]:
    """All cells of an entity's days that a range touches, in order of days; one query. Cells of 0 are left out."""
    by_hour = await cells_by_hour(reader, family, entity, time_range)
    return _added(cell._replace(hour=None) for cell in by_hour)


async def cells_by_hour(reader: Reader, family: RollupTable, entity: str, time_range: TimeRange) -> list[Cell]:
    """The same with each hour of a day by itself."""
    return await in_thread(partial(_cells, reader, family, entity, time_range))


def _cells(reader: Reader, family: RollupTable, entity: str, time_range: TimeRange) -> list[Cell]:
    partition = rollup_partition(reader.rollups.workspace, family.name, Grain.DAY, COUNTERS, entity)
    low, high = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY) + AFTER
    breakdowns = {breakdown.tag: breakdown for breakdown in family.breakdowns}
    return _added(
        Cell(day_start(str(row["sk"])), cell.tag, cell.values, cell.measure, cell.number,
             hour_of(breakdowns[cell.tag], cell))
        for row in reader.rollups.query(partition, low, high, consistent=reader.consistent)
        for cell in cell_numbers(family, row)
    )  # fmt: skip


def _added(cells: Iterable[Cell]) -> list[Cell]:
    """Cells that are of the same, added up: an hour may have several slots, and a day has a row for each part."""
    numbers: dict[Cell, int] = defaultdict(int)
    for cell in cells:
        numbers[cell._replace(number=0)] += cell.number
    return [cell._replace(number=number) for cell, number in numbers.items() if number]
