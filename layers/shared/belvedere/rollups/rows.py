"""What rows of rollups there are, and what their attributes are named."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belvedere.clock import MINUTE_MS
from belvedere.rollups.cells import CELL_SEPARATOR
from belvedere.rollups.slots import SLOT
from belvedere.schema.rollup_tables import RollupTable
from belvedere.storage.attributes import Item
from belvedere.storage.keys.rollups import rollup_sort

COUNTERS, HISTOGRAM, DISTINCT = "counters", "histogram", "distinct"
SKETCH = "sketch"  # the attribute of a distinct row
LONGEST_DIMS = 880  # bytes; a sort key has 1,024, and the recount's note of a row has all of the row's own key in one

WIDTH = "width"  # of an entity's row: an upper bound of its size; see `overflow`
SEALED = "sealed"  # of a day row: which revision its pages name, and which pages they are
# What a row has beside counters.
ROW_FIELDS = frozenset({"pk", "sk", "rev", "listing", "expires", "stale", SEALED, SKETCH, WIDTH})

Counts = dict[str, int]


def by_day(rows: Iterable[Item]) -> dict[str, list[Item]]:
    """Rows by the UTC day that their sort keys begin with, in the order of the rows."""
    days: dict[str, list[Item]] = {}
    for row in rows:
        days.setdefault(str(row["sk"])[:10], []).append(row)
    return days


def row_kinds(family: RollupTable) -> tuple[str, ...]:
    """Every kind of row a family without an entity has."""
    histograms, distincts = (f"{HISTOGRAM}.{name}" for name in family.histograms), family.distincts
    return (COUNTERS, *histograms, *(f"{DISTINCT}.{name}" for name in distincts))


def holdable(dims: tuple[str, ...]) -> bool:
    """Can a row be named by these values? Several of 200 characters each, few of them ASCII, are too long a key.

    Such an event counts in all other families: DynamoDB would refuse the row, and with it all that comes after.
    """
    return len(dims) < 2 or len(rollup_sort("", dims).encode()) <= LONGEST_DIMS


def without_slots(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without the slots that it can be taken apart by. An entity's cells of slots stay: they are its numbers."""
    return {name: value for name, value in row.items() if SLOT not in name or CELL_SEPARATOR in name}


def minute_name(family: RollupTable, counter: str, ms: int) -> str:
    """`n07`: the attribute of an hour's row that counts only what happened in the minute of a moment."""
    return f"{family.codes[counter]}{ms // MINUTE_MS % 60:02}"


def minute_counts(family: RollupTable, row: Mapping[str, object]) -> Iterator[tuple[int, Counts]]:
    """What an hour's row has of each of its minutes that had any event: the minute, and its counters."""
    code = family.codes["count"]
    for name, number in row.items():
        minute = name.removeprefix(code)
        if number and name != minute and len(minute) == 2 and minute.isdigit():
            counts = {counter: row.get(f"{family.codes[counter]}{minute}", 0) for counter in family.minutes}
            yield int(minute), {counter: value for counter, value in counts.items() if isinstance(value, int)}
