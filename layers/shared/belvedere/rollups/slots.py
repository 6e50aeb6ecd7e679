"""Slots: the quarters of an hour, where clocks of a time zone do not turn with the hours of UTC.

Rows of hours are in UTC. Where an hour or a day of a workspace's zone begins inside of one, the row also counts by the
quarter, in attributes of its own, `n@2`: the counter `n` from half past to a quarter to. Zones have been changed at odd
moments in the past; such a moment cuts a quarter into slots named by their seconds of the hour, `n@1800-1860`.

Rows of days count by the hour, `n@04`, where there are no rows of hours (`RollupTable.hourly`).

A row can be taken apart only when its slots add up to the whole of it: then each of its events was counted with them.
"""

import functools
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, to_datetime
from belvedere.ingest.event import Event
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import bucket_of, ceil, floor

SLOT = "@"  # between the name of an attribute and its slot
QUARTER_MS = 15 * MINUTE_MS
SlotOf = Callable[[Event], str]


def whole(_: Event) -> str:
    """The slot of an event where hours are not taken apart: none."""
    return ""


def hour_of_day(event: Event) -> str:
    """The slot of a day's row that an event counts in: its UTC hour, `00` to `23`."""
    return bucket_of(event.time, Grain.HOUR)[-2:]


@dataclass(frozen=True)
class ZoneHistory:
    """The zones of a workspace: each with the receipt time (epoch ms) of the first event it applies to, in order.

    What an event adds depends on its own receipt time alone, so it is taken away as it was added, whatever the zone is
    by then.
    """

    entries: tuple[tuple[int, ZoneInfo | None], ...] = ()

    def slot(self, event: Event) -> str:
        """The slot that an event counts in beside its hour; "" where its hour needs none."""
        zone = next((zone for since, zone in reversed(self.entries) if since <= event.received), None)
        return slot_of(event.time, zone) if zone else ""


def slot_of(ms: int, zone: ZoneInfo) -> str:
    """The slot a moment falls in; "" where the zone turns with the hour of UTC."""
    hour = floor(ms, Grain.HOUR)
    if turns(hour, zone) == (hour,):
        return ""
    edges = _edges(hour, zone)
    number = bisect_right(edges, ms)
    return slot_name(edges[number - 1] - hour, edges[number] - hour)


def slot_name(start: int, end: int) -> str:
    """The name of a stretch of an hour, given in milliseconds of the hour."""
    quarter, rest = divmod(start, QUARTER_MS)
    if rest == 0 and end - start == QUARTER_MS:
        return str(quarter)
    return f"{start // SECOND_MS}-{end // SECOND_MS}"


def slot_span(name: str) -> tuple[int, int]:
    """The inverse of `slot_name`."""
    start, dash, end = name.partition("-")
    if dash:
        return int(start) * SECOND_MS, int(end) * SECOND_MS
    return int(start) * QUARTER_MS, (int(start) + 1) * QUARTER_MS


def all_in_slots(row: Mapping[str, object], code: str) -> bool:
    """Do the slots of a row of counters add up to the whole of it? `code` is that of its count."""
    return sum(counts_of_slots(row, code).values()) == row.get("count", 0)


def counts_of_slots(row: Mapping[str, object], code: str) -> dict[str, int]:
    """The count of each slot of a row of counters."""
    start = code + SLOT
    named = ((name.removeprefix(start), value) for name, value in row.items() if name.startswith(start))
    return {slot: value for slot, value in named if isinstance(value, int)}


@functools.lru_cache(maxsize=16_384)
def turns(hour: int, zone: ZoneInfo) -> tuple[int, ...]:
    """The moments of a UTC hour (which starts at `hour`) when an hour begins in a zone, or its clocks are changed."""
    before, after = offset(hour, zone), offset(hour + HOUR_MS - SECOND_MS, zone)
    starts = {hour} if offset(hour - SECOND_MS, zone) != before else set()
    if before == after:
        return tuple(sorted({*starts, *_hours(hour, hour + HOUR_MS, before)}))
    change = _change(hour, zone)
    return tuple(sorted({*starts, *_hours(hour, change, before), change, *_hours(change, hour + HOUR_MS, after)}))


def last_turn(ms: int, zone: ZoneInfo) -> int:
    """When the hour that a moment falls in began on the clocks of a zone."""
    hour = floor(ms, Grain.HOUR)
    return max(turn for turn in (*turns(hour - HOUR_MS, zone), *turns(hour, zone)) if turn <= ms)


def offset(ms: int, zone: ZoneInfo) -> int:
    """How far a zone is ahead of UTC at a moment, in milliseconds."""
    return (to_datetime(ms).astimezone(zone).utcoffset() or timedelta()) // timedelta(milliseconds=1)


@functools.lru_cache(maxsize=256)
def off_hour(start: int, end: int, zone: ZoneInfo) -> bool:
    """Is there an hour between two moments (epoch ms) that a zone does not turn with?"""
    for day in range(floor(start, Grain.DAY), ceil(end, Grain.DAY), DAY_MS):
        ahead = offset(day, zone)
        if ahead % HOUR_MS == 0 and offset(day + DAY_MS - SECOND_MS, zone) == ahead:
            continue
        hours = range(max(day, floor(start, Grain.HOUR)), min(day + DAY_MS, end), HOUR_MS)
        if any(turns(hour, zone) != (hour,) for hour in hours):
            return True
    return False


def _hours(start: int, end: int, ahead: int) -> tuple[int, ...]:
    first = start + -(start + ahead) % HOUR_MS
    return tuple(range(first, end, HOUR_MS))


def _change(hour: int, zone: ZoneInfo) -> int:
    """The moment inside an hour when the clocks were changed, by halving; offsets change at whole seconds."""
    before = offset(hour, zone)
    low, high = hour // SECOND_MS, (hour + HOUR_MS) // SECOND_MS - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle * SECOND_MS, zone) == before else (low, middle)
    return high * SECOND_MS


@functools.lru_cache(maxsize=4096)
def _edges(hour: int, zone: ZoneInfo) -> tuple[int, ...]:
    return tuple(sorted({*range(hour, hour + HOUR_MS + 1, QUARTER_MS), *turns(hour, zone)}))
