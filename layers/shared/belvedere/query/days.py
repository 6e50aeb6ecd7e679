"""Ranges as UTC days: their names, few ranges that hold given days, and the days on which something happened."""

from collections.abc import Iterable, Sequence

from belvedere.boards.base.families import Grain
from belvedere.boards.registry import families_of
from belvedere.clock import DAY_MS
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import bucket_of, bucket_start, floor
from belvedere.rollups.revisions import day_partition, revisions
from belvedere.storage.table import WorkspaceTable

UNFOLDED_DAYS = 2  # their events may not be in the rollups yet
MOST_RANGES = 8  # so many queries read the rows of any number of days, however they are scattered


def days(part: TimeRange) -> list[str]:
    """The names of the UTC days that a range touches."""
    return [bucket_of(ms, Grain.DAY) for ms in range(floor(part.start, Grain.DAY), part.end, DAY_MS)]


def days_with_events(rollups: WorkspaceTable, event_type: str, part: TimeRange, now: int) -> set[str]:
    """The UTC days of a range that may have raw events of a type: one query, whatever the range."""
    partition = day_partition(rollups.workspace, event_type, families_of(event_type))
    first, last = bucket_of(part.start, Grain.DAY), bucket_of(part.end - 1, Grain.DAY)
    recent = {bucket_of(now - n * DAY_MS, Grain.DAY) for n in range(-1, UNFOLDED_DAYS)}
    return {*revisions(rollups, partition, first, last), *(day for day in recent if first <= day <= last)}


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
