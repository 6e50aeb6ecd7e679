"""Time as the layer handles it: epoch milliseconds inside, aware ISO 8601 outside.

Code that needs the present takes a `Clock` argument, so tests choose it.
"""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from time import time_ns

Clock = Callable[[], int]

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
END_OF_CALENDAR_MS = 253_402_300_800_000  # the year 10000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ms() -> int:
    """The present in epoch milliseconds."""
    return time_ns() // 1_000_000


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware datetime, exact, finer digits dropped towards the past."""
    elapsed = moment - _EPOCH
    return elapsed.days * DAY_MS + elapsed.seconds * SECOND_MS + elapsed.microseconds // 1_000


def to_datetime(ms: int) -> datetime:
    """The aware UTC datetime of epoch milliseconds. Raises OverflowError outside of the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=ms)


def iso(ms: int) -> str:
    """`2021-01-16T04:44:49Z`, with milliseconds only where there are any."""
    text = to_datetime(ms).replace(tzinfo=None).isoformat(timespec="milliseconds" if ms % SECOND_MS else "seconds")
    return f"{text}Z"


def iso_in(ms: int, zone: tzinfo | None) -> str:
    """A moment by the clocks of a zone, `2026-01-05T00:00:00+05:30`; as `iso` says it where there is no zone."""
    if zone is None:
        return iso(ms)
    return to_datetime(ms).astimezone(zone).isoformat(timespec="milliseconds" if ms % SECOND_MS else "seconds")


def iso_ms(ms: int) -> str:
    """`2021-01-16T04:44:49.000Z`: fixed width, so that text order is time order."""
    day, rest = divmod(ms, DAY_MS)
    minute, rest = divmod(rest, MINUTE_MS)
    second, rest = divmod(rest, SECOND_MS)
    return f"{_iso_day(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}.{rest:03}Z"


@functools.lru_cache(maxsize=1024)
def _iso_day(day: int) -> str:
    """The date of a day since the epoch. Remembered, because many moments lie on few days."""
    return to_datetime(day * DAY_MS).date().isoformat()
