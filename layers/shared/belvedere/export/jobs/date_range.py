"""The range of an export: dates and moments by the clocks of a zone, the whole last day where the end is a date."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from belvedere.clock import DAY_MS, to_ms
from belvedere.errors import Invalid
from belvedere.export.jobs.body import DateRangeBody
from belvedere.query.planner.granularity import time_zone
from belvedere.time_ranges import PRESETS, moment

MAX_DAYS = 1830
DEFAULT_PRESET = "30d"
UTC = ZoneInfo("UTC")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def resolve_range(body: DateRangeBody | None, timezone: str | None, now: int) -> tuple[int, int]:
    """[start, end) in epoch ms. Raises Invalid naming the field."""
    body, zone = body or DateRangeBody(), time_zone(timezone, "timezone") or UTC
    if body.start is None and body.end is None:
        name = body.preset or DEFAULT_PRESET
        if name not in PRESETS:
            raise Invalid(f"date_range.preset: {name!r:.60} is not one of {', '.join(PRESETS)}")
        return now - PRESETS[name], now
    if body.start is None or body.end is None:
        raise Invalid("date_range.start, date_range.end: send both, or a preset instead")
    if body.preset is not None:
        raise Invalid("date_range.preset: send it, or start and end, and not both")
    start = _edge(body.start, "date_range.start", zone, days=0)
    end = _edge(body.end, "date_range.end", zone, days=1)
    if start >= end:
        raise Invalid("date_range.start: must be before date_range.end")
    if end - start > MAX_DAYS * DAY_MS:
        raise Invalid(f"date_range: at most {MAX_DAYS} days; ask for less")
    return start, end


def _edge(value: str, field: str, zone: ZoneInfo, *, days: int) -> int:
    if not _DATE.fullmatch(value):
        return _local(value, field, zone)
    moment(value, field)  # a real date, in our calendar
    try:
        day = date.fromisoformat(value) + timedelta(days=days)
    except OverflowError:
        raise Invalid(f"{field}: {value} is the last day of the calendar; send an earlier one") from None
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def _local(value: str, field: str, zone: ZoneInfo) -> int:
    ms = moment(value, field)  # refuses what is no moment
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return ms  # a `+` that was lost on the way, which has an offset
    return ms if when.tzinfo else to_ms(when.replace(tzinfo=zone))
