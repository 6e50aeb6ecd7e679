"""The days that a question of the board is about: `since` days before today, from midnight UTC, and today."""

from belvedere.clock import DAY_MS
from belvedere.errors import Invalid
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import TimeRange

DEFAULT_DAYS = 7
MOST_DAYS = 3_650


def days_of(since: str, field: str = "since", *, default: int = DEFAULT_DAYS, most: int = MOST_DAYS) -> int:
    """The number of days that a caller asks for; what is no whole number is the default, as the contract has it.

    Raises Invalid for a number that is not 1 to `most`.
    """
    try:
        days = int(since)
    except ValueError:
        return default
    if not 1 <= days <= most:
        raise Invalid(f"{field}: must be a number of days from 1 to {most}")
    return days


def window(days: int, now: int) -> TimeRange:
    """From midnight UTC so many days ago to the end of today: 7 days cover up to 8 dates. Epoch milliseconds."""
    today = floor(now, Grain.DAY)
    return TimeRange(today - days * DAY_MS, today + DAY_MS)


def dates(days: int, now: int) -> TimeRange:
    """So many whole UTC days, the last of them today: what a chart with a point a day shows."""
    tomorrow = floor(now, Grain.DAY) + DAY_MS
    return TimeRange(tomorrow - days * DAY_MS, tomorrow)


def recent(days: int, now: int) -> TimeRange:
    """So many times 24 hours, up to the end of the hour that it is: each hour of the day as often as any other."""
    end = ceil(now + 1, Grain.HOUR)
    return TimeRange(end - days * DAY_MS, end)
