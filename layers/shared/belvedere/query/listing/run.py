"""A bin whose rows nearly all have one number: within that run they are in order of time, and counts lead into it.

The few rows before and behind the run are read, and taken from the bin's counts by time; what is left is the run's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from belvedere.clock import iso_ms
from belvedere.ingest.listed import sortable
from belvedere.query.listing.bins import CountedBin
from belvedere.query.listing.place import ReadSpan, places
from belvedere.query.listing.rows import IndexBin, ListRow
from belvedere.query.listing.time_order import time_page
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.events import order_sort
from belvedere.time_ranges import TimeRange

SAMPLE, ENOUGH = 40, 10  # so many entries are looked at, of which so many have to have the run's number
OTHERS = 100  # entries behind the run, at most


@dataclass(frozen=True)
class Run:
    """One number, and the rows of the bin that are before its own and behind them, in ascending order."""

    value: float
    before: tuple[ListRow, ...]
    after: tuple[ListRow, ...]


def run_of(entries: IndexBin, field: str) -> Run | None:
    """The run of a bin; None where there is none, or more than a few other rows."""
    first, last = (next(iter(entries.rows(forward=way, page=1)), None) for way in (True, False))
    if first is None or last is None:
        return None
    if first.shown[field] == last.shown[field]:
        return Run(first.shown[field], (), ())
    sample = list(islice(entries.rows(page=SAMPLE), SAMPLE))
    value = sample[-1].shown[field]
    before = tuple(row for row in sample if row.shown[field] != value)
    if len(sample) - len(before) < ENOUGH:
        return None
    after = tuple(islice(entries.rows(order_sort(sortable(value), AFTER), page=OTHERS + 1), OTHERS + 1))
    return Run(value, before, after) if len(after) <= OTHERS else None


def run_page(
    run: Run, entries: IndexBin, counted: CountedBin, time_range: TimeRange, skip: int, take: int, *, descending: bool
) -> list[ListRow]:
    """The rows from `skip` on, `take` of them, of a list in one bin; `counted` is without the rows beside the run."""

    def read(stretch: ReadSpan) -> Iterable[ListRow]:
        low, high = equal_range(run.value, TimeRange(stretch.start, stretch.end))
        return entries.rows(low, high, forward=not descending, page=stretch.look)

    def edge(cut: TimeRange) -> list[ListRow]:
        return list(entries.rows(*equal_range(run.value, cut)))

    beside = [[row for row in rows if time_range.start <= row.time < time_range.end and counted.filters.match(row)]
              for rows in (run.before, run.after)]  # fmt: skip
    before, after = (beside[1][::-1], beside[0][::-1]) if descending else beside
    buckets = counted.within(time_range, edge)
    numbers = (len(before), sum(bucket.number for bucket in buckets), len(after))
    page_rows: list[ListRow] = []
    for place in places(numbers, skip, take):
        if place.position == 1:
            page_rows += time_page(counted, read, buckets, place.skip, place.take, descending=descending, across=True)
        else:
            page_rows += (before if place.position == 0 else after)[place.skip : place.skip + place.take]
    return page_rows


def equal_range(value: float, time_range: TimeRange) -> tuple[str, str]:
    """First and last sort key, in the index of a number, of the rows of a range that have it."""
    number = sortable(value)
    return order_sort(number, iso_ms(time_range.start)), order_sort(number, iso_ms(time_range.end - 1) + AFTER)
