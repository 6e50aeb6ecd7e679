"""The clock of the product where tests run it in their own process.

It stands at one time of day in every run (`TESTS_AT`, noon unless given) while tests are collected, and goes from there
in each file of tests. So what a test sees depends neither on the hour at which the run began nor on how long the files
before it took. The day is the next one on which that time of day is at least two hours off: nothing that a test stores
has expired for the emulator, which goes by the real time. Tests of the deployed stack know no clock but the real one.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import jwt.api_jwt

from belvedere import clock
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_datetime
from tests import hours
from tests.hours import BEGINNING, NOON, TIME_OF_DAY

if TYPE_CHECKING:
    from belvedere.limits.limiter import Limiter

LEAD_MS = 2 * HOUR_MS


def beginning(time_of_day: str, started: int) -> int:
    """The next moment with a time of day (`HH:MM`, UTC) that is two hours or more after `started`, in epoch ms."""
    hours, minutes = map(int, time_of_day.split(":"))
    of_day = hours * HOUR_MS + minutes * MINUTE_MS
    return started + LEAD_MS + (of_day - started - LEAD_MS) % DAY_MS


# Processes that share the tests inherit the first one's answer, so that no midnight comes between them.
BEGAN_MS = int(
    os.environ.setdefault(
        BEGINNING, str(beginning(os.environ.get(TIME_OF_DAY, NOON), time.time_ns() // 1_000_000 // 1_000 * 1_000))
    )
)
TODAY = to_datetime(BEGAN_MS // DAY_MS * DAY_MS)


class TestClock:
    """Stands at the beginning until it runs; counts how often it was read by what an hour may change."""

    __test__ = False

    def __init__(self) -> None:
        self.reads = 0
        self._real_ns = time.time_ns
        self._since_ns: int | None = None

    def time_ns(self) -> int:
        """The present of the product, epoch nanoseconds."""
        self.reads += not hours.only_stamps(sys._getframe(1))
        gone = 0 if self._since_ns is None else time.monotonic_ns() - self._since_ns
        return BEGAN_MS * 1_000_000 + gone

    @contextmanager
    def running(self) -> Iterator[None]:
        """Go from the beginning, for one file of tests."""
        self._since_ns = time.monotonic_ns()
        try:
            yield
        finally:
            self._since_ns = None

    @contextmanager
    def real_time(self) -> Iterator[None]:
        """For tests of a stack whose functions run elsewhere."""
        clock.time_ns = self._real_ns
        try:
            yield
        finally:
            clock.time_ns = self.time_ns


CLOCK = TestClock()


def install() -> None:
    """Have the product, and the library that it checks tokens with, go by the tests' clock."""
    clock.time_ns = CLOCK.time_ns
    jwt.api_jwt.datetime = _Datetime  # type: ignore[misc]


class _Datetime(datetime):
    @classmethod
    def now(cls, tz=None):  # type: ignore[no-untyped-def,override]
        return datetime.fromtimestamp(now_ms() / 1000, tz)


def now() -> datetime:
    """The present of the product."""
    return to_datetime(now_ms())


def now_s() -> int:
    """The present of the product in epoch seconds, as tokens have it."""
    return now_ms() // 1000


def stop(limiter: "Limiter") -> int:
    """Have no time pass for a limiter, so that nothing comes back however long a test takes; its present, epoch ms."""
    present = now_ms()
    limiter._clock = lambda: present
    return present
