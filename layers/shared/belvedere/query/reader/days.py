"""The UTC days on which something happened."""

from belvedere.clock import DAY_MS
from belvedere.rollups.revisions import day_partition, revisions
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange

UNFOLDED_DAYS = 2  # their events may not be in the rollups yet


def days_with_events(rollups: WorkspaceTable, event_type: str, time_range: TimeRange, now: int) -> set[str]:
    """The UTC days of a range that may have raw events of a type: one query, whatever the range."""
    partition = day_partition(rollups.workspace, event_type, catalog().rollup_tables_of(event_type))
    first, last = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY)
    recent = {bucket_of(now - n * DAY_MS, Grain.DAY) for n in range(-1, UNFOLDED_DAYS)}
    return {*revisions(rollups, partition, first, last), *(day for day in recent if first <= day <= last)}
