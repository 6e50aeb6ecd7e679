"""Ranges as UTC days: their names, few ranges that hold given days, and the days on which something happened."""

from collections.abc import Iterable, Sequence

from belvedere.boards.registry import rollup_tables_of
from belvedere.clock import DAY_MS
from belvedere.rollups.buckets import bucket_of, bucket_start, floor
from belvedere.rollups.revisions import day_partition, revisions
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.table import WorkspaceTable
from belvedere.time_ranges import TimeRange

UNFOLDED_DAYS = 2  # their events may not be in the rollups yet
MOST_RANGES = 8  # so many queries read the rows of any number of days, however they are scattered


def days(time_range: TimeRange) -> list[str]:
    """The names of the UTC days that a range touches."""
    return [bucket_of(ms, Grain.DAY) for ms in range(floor(time_range.start, Grain.DAY), time_range.end, DAY_MS)]


def days_with_events(rollups: WorkspaceTable, event_type: str, time_range: TimeRange, now: int) -> set[str]:
    """The UTC days of a range that may have raw events of a type: one query, whatever the range."""
    partition = day_partition(rollups.workspace, event_type, rollup_tables_of(event_type))
    first, last = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY)
    recent = {bucket_of(now - n * DAY_MS, Grain.DAY) for n in range(-1, UNFOLDED_DAYS)}
    return {*revisions(rollups, partition, first, last), *(day for day in recent if first <= day <= last)}


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
