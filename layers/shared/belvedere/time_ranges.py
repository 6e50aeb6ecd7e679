"""Time ranges: presets and custom dates, snapped outward to whole buckets, UTC and half-open.

A preset never covers less than its name says, and begins where it begins on every other route: with the UTC day that
holds the moment so long ago, or, for a day or less, with the hour. It ends with the bucket that holds the present.
Where only days are kept, what is no longer than a day is made of hours all the same (see `query.edges`).
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from belvedere.clock import DAY_MS, END_OF_CALENDAR_MS, HOUR_MS, iso, to_ms
from belvedere.errors import Invalid
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import MINUTE_LIFE_MS, WIDTH_MS, ceil, floor

PRESETS: dict[str, int] = {
    "1h": HOUR_MS,
    "6h": 6 * HOUR_MS,
    "24h": 24 * HOUR_MS,
    "7d": 7 * DAY_MS,
    "30d": 30 * DAY_MS,
    "90d": 90 * DAY_MS,
    "1y": 365 * DAY_MS,
}
DEFAULT_PRESET = "7d"
MAX_SPAN_MS = 10 * 366 * DAY_MS
MINUTE_SPAN_MS = 6 * HOUR_MS  # longer ranges are answered in hours: nobody sees a minute's edge of a day
_LAST_MS = END_OF_CALENDAR_MS - DAY_MS
_LOST_PLUS = re.compile(r"([\d-]+[T ][\d:.,]+) (\d\d(?::?\d\d(?::?\d\d)?)?)")


@dataclass(frozen=True)
class TimeRange:
    """start <= time < end, epoch milliseconds; `preset` is its name where it has one."""

    start: int
    end: int
    preset: str | None = None

    @property
    def whole_days(self) -> bool:
        """Does it begin and end with a UTC day?"""
        return self.start % DAY_MS == self.end % DAY_MS == 0

    def to_json(self) -> dict[str, str | None]:
        """The range as answers echo it."""
        return {"start": iso(self.start), "end": iso(self.end), "preset": self.preset}


EVER = TimeRange(0, END_OF_CALENDAR_MS)


def resolve(
    preset: str | None,
    start: str | None,
    end: str | None,
    *,
    now: int,
    finest: Grain,
    fields: tuple[str, str] = ("start_date", "end_date"),
) -> TimeRange:
    """The asked range in whole buckets: both dates, else the preset, else seven days.

    `finest` is the finest grain the answer's rollups keep. Raises Invalid naming the field (as the caller knows it:
    `fields`) and what is allowed.
    """
    if start is None and end is None:
        name = preset or DEFAULT_PRESET
        if name not in PRESETS:
            raise Invalid(f"preset: {name!r} is not one of {', '.join(PRESETS)}")
        return _preset(name, now=now, finest=finest)
    if start is None or end is None:
        raise Invalid(f"{', '.join(fields)}: send both, or a preset instead")
    time_range = TimeRange(moment(start, fields[0]), moment(end, fields[1]))
    return _custom(time_range, now=now, finest=finest, fields=fields)


def _preset(name: str, *, now: int, finest: Grain) -> TimeRange:
    since = now - PRESETS[name]
    start = floor(since, Grain.DAY if PRESETS[name] > DAY_MS else Grain.HOUR)
    return TimeRange(start, ceil(now + 1, grain_for(since, now, now=now, finest=finest)), name)


def _custom(time_range: TimeRange, *, now: int, finest: Grain, fields: tuple[str, str]) -> TimeRange:
    if time_range.start >= time_range.end:
        raise Invalid(f"{fields[0]}: must be before {fields[1]}")
    if time_range.end - time_range.start > MAX_SPAN_MS:
        raise Invalid(f"{', '.join(fields)}: at most {MAX_SPAN_MS // DAY_MS} days apart; ask for less")
    grain = grain_for(time_range.start, time_range.end, now=now, finest=finest)
    return TimeRange(floor(time_range.start, grain), ceil(time_range.end, grain))


def before(time_range: TimeRange) -> TimeRange:
    """The range just before, as long. Raises Invalid where there is no such time."""
    start = time_range.start - (time_range.end - time_range.start)
    if start < 0:
        raise Invalid("time range: there is no period of this length before it; ask for a later one")
    return TimeRange(start, time_range.start)


def grain_for(start: int, end: int, *, now: int, finest: Grain) -> Grain:
    """The grain a range is snapped to: minutes only for short ranges whose minute rows still live; days beyond one."""
    if finest is Grain.DAY and end - start <= DAY_MS:
        return Grain.HOUR
    if finest is Grain.MINUTE and (start <= oldest_minute(now) or end - start > MINUTE_SPAN_MS):
        return Grain.HOUR
    return finest


def oldest_minute(now: int) -> int:
    """Before this, minute rows may be gone: they live 48 hours, and an answer leaves the last of those alone."""
    return now - MINUTE_LIFE_MS + HOUR_MS


def _with_its_plus(value: str) -> str:
    """A moment whose `+` was not escaped in a query, so that it came as a space."""
    lost = _LOST_PLUS.fullmatch(value)
    return f"{lost[1]}+{lost[2]}" if lost else value


def moment(value: str, field: str) -> int:
    """Epoch milliseconds of ISO 8601 text; without an offset it is UTC. Raises Invalid naming the field."""
    try:
        when = datetime.fromisoformat(_with_its_plus(value))  # an unescaped + arrives as a space
    except ValueError as error:
        raise Invalid(f"{field}: {value!r:.60} is not ISO 8601, such as 2025-01-08T00:00:00Z") from error
    with suppress(OverflowError):
        ms = to_ms(when if when.tzinfo else when.replace(tzinfo=UTC))
        if 0 <= ms <= _LAST_MS:
            return ms
    raise Invalid(f"{field}: {value!r:.60} is not from 1970-01-01 to 9999-12-31")


def buckets(time_range: TimeRange, grain: Grain) -> list[int]:
    """The start of every bucket of a range."""
    return list(range(floor(time_range.start, grain), time_range.end, WIDTH_MS[grain]))
