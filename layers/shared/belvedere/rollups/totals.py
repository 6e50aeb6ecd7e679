"""What each entity had on a day: the rows of the parts of its day added up to plain counters."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from belvedere.boards.base.rollup_tables import Breakdown, Grain, RollupTable
from belvedere.rollups.cells import cell_numbers
from belvedere.rollups.rows import COUNTERS
from belvedere.storage.attributes import Item
from belvedere.storage.keys.rollups import rollup_listing, rollup_partition, rollup_sort
from belvedere.storage.parallel import side_by_side
from belvedere.storage.table import WorkspaceTable


def entity_partition(workspace: str, family: RollupTable) -> str:
    """What the partitions of a family's entities begin with, and where its top-k are kept."""
    return rollup_partition(workspace, family.name, Grain.DAY, COUNTERS)


def totals_of_days(rollups: WorkspaceTable, family: RollupTable, days: Sequence[str]) -> Iterator[Item]:
    """The counters of every entity that has any on some days, day by day, read row by row."""
    listings = [rollup_listing(rollups.workspace, family.name, Grain.DAY, day) for day in days]
    listed = side_by_side(lambda listing: list(rollups.listed(listing)), listings)
    rows = rollups.batch_get(chain(*listed))
    for day, keys in zip(days, listed, strict=True):
        yield from totals_of((rows[key] for key in keys if key in rows), rollups.workspace, family, day)


def totals_of(rows: Iterable[Item], workspace: str, family: RollupTable, day: str) -> Iterator[Item]:
    """The same from the rows of a day's entities: those of its parts added up to plain counters."""
    prefix, tag = entity_partition(workspace, family) + "#", hourly(family).tag
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        own_totals = totals[str(row["pk"]).removeprefix(prefix)]
        for cell in cell_numbers(family, row):
            if cell.tag == tag:
                own_totals[cell.measure] += cell.number
    for name, counts in totals.items():
        yield {"sk": rollup_sort(day, (name,)), **counts}


def hourly(family: RollupTable) -> Breakdown:
    """The breakdown whose cells add up to the whole: every event is in one of them."""
    return next(breakdown for breakdown in family.breakdowns if "hour" in breakdown.fields)
