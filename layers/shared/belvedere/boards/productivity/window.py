"""The days that a question of the board is about: `since` days before today, from midnight UTC, and today."""

from belvedere.boards.base import Grain
from belvedere.clock import DAY_MS
from belvedere.errors import Invalid
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import floor

DEFAULT_DAYS = 7
MOST_DAYS = 3_650


def days_of(since: str, field: str = "since") -> int:
    """The number of days that a caller asks for; what is no whole number is 7, as the contract has it.

    Raises Invalid for a number that is not 1 to 3650.
    """
    try:
        days = int(since)
    except ValueError:
        return DEFAULT_DAYS
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"{field}: must be a number of days from 1 to {MOST_DAYS}")
    return days


def window(days: int, now: int) -> TimeRange:
    """From midnight UTC so many days ago to the end of today: 7 days cover up to 8 dates. Epoch milliseconds."""
    today = floor(now, Grain.DAY)
    return TimeRange(today - days * DAY_MS, today + DAY_MS)
