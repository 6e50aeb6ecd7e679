"""Until when the work in hand has to be done. Lambda ends a function in the middle of a word; this ends it in time.

The deadline is a context variable, copied into worker threads: whoever reads a table asks `check` before each call, so
that work nobody waits for ends soon. Writes are not stopped half-way.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from belvedere.errors import TimedOut

GATEWAY_S = 29.0  # API Gateway waits for no answer longer than 30 s
TO_ANSWER_S = 1.5  # what it takes to say that time is up, and to write down what the request cost
TOO_LONG = "the answer takes longer than a request may; ask for less at once, such as a shorter range"

_ends: ContextVar[float | None] = ContextVar("belvedere_deadline", default=None)  # of time.monotonic


def seconds_left(context: Any) -> float | None:
    """How long Lambda lets a function go on; None where there is no Lambda."""
    left_ms = getattr(context, "get_remaining_time_in_millis", None)
    return None if left_ms is None else left_ms() / 1000


def to_answer(context: Any) -> float | None:
    """How long an endpoint may work on an answer, seconds; None for as long as it takes."""
    left = seconds_left(context)
    return None if left is None else min(left, GATEWAY_S) - TO_ANSWER_S


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Set the deadline of all that happens inside the block."""
    token = _ends.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def ends() -> float:
    """When the time is up, by time.monotonic; infinity where there is no deadline."""
    at = _ends.get()
    return math.inf if at is None else at


def check() -> None:
    """Go on, or raise TimedOut when the time is up."""
    if time.monotonic() > ends():
        raise TimedOut(TOO_LONG)
