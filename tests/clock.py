"""The clock of the product where tests run it in their own process: as any clock, from a minute past an hour on.

What boards answer is of whole hours and days, which end with the present one. So that none of them ends between a
question and what is expected of its answer, the tests begin a minute after the next full hour, whatever the time is,
and are done before that hour is over. Tests of the deployed stack know no clock but the real one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import jwt.api_jwt
import pytest

from belvedere import clock
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_datetime

if TYPE_CHECKING:
    from belvedere.limits.limiter import Limiter

_STARTED_MS = time.time_ns() // 1_000_000
BEGAN_MS = (_STARTED_MS // HOUR_MS + 1) * HOUR_MS + MINUTE_MS
TODAY = to_datetime(BEGAN_MS // DAY_MS * DAY_MS)
_AHEAD_NS = (BEGAN_MS - _STARTED_MS) * 1_000_000


@contextmanager
def put_forward() -> Iterator[None]:
    """Have the product, and the library that it checks tokens with, go by the tests' clock."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "time_ns", lambda: time.time_ns() + _AHEAD_NS)
        patched.setattr(jwt.api_jwt, "datetime", _Datetime)
        yield


class _Datetime(datetime):
    @classmethod
    def now(cls, tz=None):  # type: ignore[no-untyped-def,override]
        return datetime.fromtimestamp(now_ms() / 1000, tz)


def now() -> datetime:
    """The present of the product."""
    return to_datetime(now_ms())


def stop(limiter: "Limiter") -> int:
    """Have no time pass for a limiter, so that nothing comes back however long a test takes; its present, epoch ms."""
    present = now_ms()
    limiter._clock = lambda: present
    return present
