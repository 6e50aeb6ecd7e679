"""Reads raw events back: for recounts, audits, erasure and export."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from heapq import merge
from typing import Any, NamedTuple

from belvedere.clock import DAY_MS, iso_ms
from belvedere.ingest.event import Event
from belvedere.ingest.stored import Unreadable, stored_event
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.keys import Key
from belvedere.storage.keys.events import event_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import floor


def events_between(
    table: WorkspaceTable, event_type: str, start: int, end: int, *, slices: int, aside: Collection[Key] = ()
) -> Iterator[Event]:
    """Events of one type with start <= time < end (epoch ms), by day, then slice, then time. Consistent reads.

    Those at the keys `aside` were put aside by the fold, and left out.
    """
    return (event for key, event in stored_between(table, event_type, start, end, slices=slices) if key not in aside)


def stored_between(
    table: WorkspaceTable, event_type: str, start: int, end: int, *, slices: int
) -> Iterator[tuple[Key, Event]]:
    """The same events, each with the key it is stored under."""
    for day in range(floor(start, Grain.DAY), end, DAY_MS):
        low, high = iso_ms(max(start, day)), iso_ms(min(end, day + DAY_MS) - 1) + "~"
        for number in range(slices):
            partition = event_partition(table.workspace, event_type, iso_ms(day)[:10], number)
            for page in table.pages(partition, low, high, consistent=True):
                yield from _readable(table.workspace, page["Items"])


def newest_first(
    table: WorkspaceTable, event_type: str, start: int, end: int, *, slices: int, days: Iterable[str], page: int = 0
) -> Iterator[Event]:
    """Events of one type with start <= time < end, the newest first, equals by id; only of these UTC days.

    Read as far as somebody asks (`page` events at a time, or a megabyte), eventually consistent: for showing, where a
    recount must not miss any.
    """
    span = TimeSpan(start, end)
    for day in sorted(days, reverse=True):
        yield from _of_day(table, event_type, day, span, slices=slices, page=page, forward=False)


def oldest_first(
    table: WorkspaceTable, event_type: str, start: int, end: int, *, slices: int, page: int = 0
) -> Iterator[Event]:
    """The same from the oldest on, of all days."""
    for day in range(floor(start, Grain.DAY), end, DAY_MS):
        name = iso_ms(day)[:10]
        yield from _of_day(table, event_type, name, TimeSpan(start, end), slices=slices, page=page, forward=True)


class TimeSpan(NamedTuple):
    """start <= time < end, epoch milliseconds."""

    start: int
    end: int


def _of_day(
    table: WorkspaceTable, event_type: str, day: str, span: TimeSpan, *, slices: int, page: int, forward: bool
) -> Iterator[Event]:
    """Events of one day in order of time and id, its slices side by side."""

    def stream(number: int) -> Iterator[tuple[Key, Event]]:
        partition = event_partition(table.workspace, event_type, day, number)
        low, high = iso_ms(span.start), iso_ms(span.end - 1) + "~"
        for page_read in table.pages(partition, low, high, forward=forward, limit=page):
            yield from _readable(table.workspace, page_read["Items"])

    merged = merge(*map(stream, range(slices)), key=lambda keyed: keyed[0].sk, reverse=not forward)
    return (event for _, event in merged)


def _readable(workspace: str, items: Iterable[dict[str, Any]]) -> Iterator[tuple[Key, Event]]:
    """What is no event was put aside by the fold and counts nowhere, so a recount passes over it as well."""
    for item in items:
        with suppress(Unreadable):
            yield Key(item["pk"]["S"], item["sk"]["S"]), stored_event(workspace, item)
