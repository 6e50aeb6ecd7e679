"""Ranges as UTC days: their names, and few ranges that hold given days. Pure."""

from collections.abc import Iterable, Sequence

from belvedere.boards.base.families import Grain
from belvedere.clock import DAY_MS
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import bucket_of, bucket_start, ceil, floor

MOST_RANGES = 8  # so many queries read the rows of any number of days, however they are scattered


def days(part: TimeRange) -> list[str]:
    """The names of the UTC days that a range touches."""
    return [bucket_of(ms, Grain.DAY) for ms in range(floor(part.start, Grain.DAY), part.end, DAY_MS)]


def whole_days(part: TimeRange) -> bool:
    """Does a range begin and end with a day?"""
    return part.start == floor(part.start, Grain.DAY) and part.end == ceil(part.end, Grain.DAY)


def ranges(wanted: Iterable[str], counted: Iterable[str], within: TimeRange) -> list[TimeRange]:
    """At most MOST_RANGES ranges, in order and inside of `within`, that hold the `wanted` days.

    `counted` are the days that have rows: what lies between two wanted days is joined with them where it has none.
    Where that leaves too many, ranges hold other counted days as well, whose rows are to be dropped.
    """
    found = _runs(wanted, counted)
    if len(found) > MOST_RANGES:
        size = -(-len(found) // MOST_RANGES)
        found = [[*found[at], *found[min(at + size, len(found)) - 1]] for at in range(0, len(found), size)]
    around = ((bucket_start(run[0]), bucket_start(run[-1]) + DAY_MS) for run in found)
    return [TimeRange(max(start, within.start), min(end, within.end)) for start, end in around]


def _runs(wanted: Iterable[str], counted: Iterable[str]) -> list[Sequence[str]]:
    """Wanted days, those together that have no other counted day between them."""
    chosen, found, apart = set(wanted), list[list[str]](), True
    for day in sorted({*counted, *chosen}):
        if day not in chosen:
            apart = True
            continue
        if apart:
            found.append([])
        found[-1].append(day)
        apart = False
    return list(found)
