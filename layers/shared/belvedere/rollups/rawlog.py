"""Reads raw events back: for recounts, audits, erasure and export."""

from collections.abc import Iterator

from belvedere.boards.base import Grain
from belvedere.clock import DAY_MS, iso_ms
from belvedere.ingest.event import Event, from_item
from belvedere.rollups.buckets import floor
from belvedere.storage.keys import event_partition
from belvedere.storage.table import WorkspaceTable


def events_between(table: WorkspaceTable, event_type: str, start: int, end: int, *, slices: int) -> Iterator[Event]:
    """Events of one type with start <= time < end (epoch ms), by day, then slice, then time. Consistent reads."""
    for day in range(floor(start, Grain.DAY), end, DAY_MS):
        low, high = iso_ms(max(start, day)), iso_ms(min(end, day + DAY_MS) - 1) + "~"
        for number in range(slices):
            partition = event_partition(table.workspace, event_type, iso_ms(day)[:10], number)
            for item in table.query(partition, low, high, consistent=True):
                yield from_item(table.workspace, item)
