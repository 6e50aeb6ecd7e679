"""What each entity had on a day: the rows of the parts of its day added up to plain counters."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from belvedere.clock import HOUR_MS
from belvedere.rollups.cells import CellNumber, cell_numbers, hour_of
from belvedere.rollups.rows import COUNTERS, SKETCH
from belvedere.schema.rollup_tables import Breakdown, Grain, RollupTable
from belvedere.sketches.distinct import Distinct, member
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR, Key
from belvedere.storage.keys.rollups import rollup_listing, rollup_partition, rollup_sort, split_rollup_sort
from belvedere.storage.parallel import side_by_side
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import PART_MS, bucket_start, day_start
from belvedere.time_ranges import TimeRange


def entity_partition(workspace: str, family: RollupTable) -> str:
    """What the partitions of a family's entities begin with, and where its top-k are kept."""
    return rollup_partition(workspace, family.name, Grain.DAY, COUNTERS)


def totals_of_days(
    rollups: WorkspaceTable, family: RollupTable, days: Sequence[str], within: TimeRange | None = None
) -> Iterator[Item]:
    """The counters of every entity that has any on some days, day by day, read row by row.

    With `within`, only of what happened in a range of whole hours.
    """
    for day, rows in _rows_of_days(rollups, family, days, within):
        yield from totals_of(rows, rollups.workspace, family, day, within)


def members_of_days(
    rollups: WorkspaceTable, family: RollupTable, dimensions: Sequence[str], days: Sequence[str], within: TimeRange
) -> Iterator[Item]:
    """Which entities were there on some days, in a range of whole hours: a distinct row for each day and values.

    The dimensions are fields of one of the family's breakdowns.
    """
    breakdown = next(candidate for candidate in family.breakdowns if {*dimensions} <= {*candidate.fields})
    places = [breakdown.fields.index(name) for name in dimensions]
    for day, rows in _rows_of_days(rollups, family, days, within):
        users: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for name, cell in _cells_of(rows, rollups.workspace, family, day, within):
            if cell.tag == breakdown.tag and cell.measure == "count":
                users[tuple(cell.values[place] for place in places)][name] += cell.number
        for values, counts in users.items():
            members = Distinct(member(name) for name, number in counts.items() if number > 0)
            if all(values):
                yield {"sk": rollup_sort(day, values), SKETCH: members.to_bytes()}


def _rows_of_days(
    rollups: WorkspaceTable, family: RollupTable, days: Sequence[str], within: TimeRange | None
) -> Iterator[tuple[str, list[Item]]]:
    listings = [rollup_listing(rollups.workspace, family.name, Grain.DAY, day) for day in days]
    listed = side_by_side(lambda listing: [key for key in rollups.listed(listing) if _touches(key, within)], listings)
    rows = rollups.batch_get(chain(*listed))
    for day, keys in zip(days, listed, strict=True):
        yield day, [rows[key] for key in keys if key in rows]


def totals_of(
    rows: Iterable[Item], workspace: str, family: RollupTable, day: str, within: TimeRange | None = None
) -> Iterator[Item]:
    """The same from the rows of a day's entities: those of its parts added up to plain counters."""
    tag, totals = hourly(family).tag, defaultdict[str, Counter[str]](Counter)
    for name, cell in _cells_of(rows, workspace, family, day, within):
        if cell.tag == tag:
            totals[name][cell.measure] += cell.number
    for name, counts in totals.items():
        yield {"sk": rollup_sort(day, (name,)), **counts}


def _cells_of(
    rows: Iterable[Item], workspace: str, family: RollupTable, day: str, within: TimeRange | None
) -> Iterator[tuple[str, CellNumber]]:
    """The cells of entities' rows with whose they are; with `within`, those of hours in it, and those of no hour."""
    prefix, start = entity_partition(workspace, family) + SEPARATOR, day_start(day)
    breakdowns = {breakdown.tag: breakdown for breakdown in family.breakdowns}
    for row in rows:
        name = str(row["pk"]).removeprefix(prefix)
        for cell in cell_numbers(family, row):
            hour = hour_of(breakdowns[cell.tag], cell) if within else None
            if within is None or hour is None or within.start <= start + hour * HOUR_MS < within.end:
                yield name, cell


def _touches(key: Key, within: TimeRange | None) -> bool:
    """Is any of an entity's part of a day in a range?"""
    start = bucket_start(split_rollup_sort(key.sk)[0])
    return within is None or (start < within.end and within.start < start + PART_MS)


def hourly(family: RollupTable) -> Breakdown:
    """The breakdown whose cells add up to the whole: every event is in one of them."""
    return next(breakdown for breakdown in family.breakdowns if "hour" in breakdown.fields)
