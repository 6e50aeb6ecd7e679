"""Ranges as UTC days: their names, and few ranges that hold given days."""

from collections.abc import Iterable, Sequence

from belvedere.clock import DAY_MS
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import bucket_of, bucket_start, floor
from belvedere.time_ranges import TimeRange

MOST_RANGES = 8  # so many queries read the rows of any number of days, however they are scattered


def days(time_range: TimeRange) -> list[str]:
    """The names of the UTC days that a range touches."""
    return [bucket_of(ms, Grain.DAY) for ms in range(floor(time_range.start, Grain.DAY), time_range.end, DAY_MS)]


def ranges(wanted: Iterable[str], counted: Iterable[str], within: TimeRange) -> list[TimeRange]:
    """At most MOST_RANGES ranges, in order and inside of `within`, that hold the `wanted` days.

    `counted` are the days that have rows: what lies between two wanted days is joined with them where it has none.
    Where that leaves too many, ranges hold other counted days as well, whose rows are to be dropped.
    """
    runs = _runs(wanted, counted)
    if len(runs) > MOST_RANGES:
        size = -(-len(runs) // MOST_RANGES)
        runs = [[*runs[at], *runs[min(at + size, len(runs)) - 1]] for at in range(0, len(runs), size)]
    around = ((bucket_start(run[0]), bucket_start(run[-1]) + DAY_MS) for run in runs)
    return [TimeRange(max(start, within.start), min(end, within.end)) for start, end in around]


def _runs(wanted: Iterable[str], counted: Iterable[str]) -> list[Sequence[str]]:
    """Wanted days, those together that have no other counted day between them."""
    chosen, runs, apart = set(wanted), list[list[str]](), True
    for day in sorted({*counted, *chosen}):
        if day not in chosen:
            apart = True
            continue
        if apart:
            runs.append([])
        runs[-1].append(day)
        apart = False
    return list(runs)
