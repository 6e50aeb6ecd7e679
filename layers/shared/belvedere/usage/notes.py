"""Counts that the work in hand leaves for the end of its request: accepted events, where a cached answer came from.

Times are counts of a histogram, so that they add up in the table across processes and days. The buckets are
Prometheus's default ones. A time is counted in one bucket; whoever shows them adds them up.
"""

from collections import Counter
from contextvars import ContextVar

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, float("inf"))
ANSWERED = "t"  # whole requests
WORKED_OUT = "c"  # answers that were computed because none was kept

_notes: ContextVar[Counter[str] | None] = ContextVar("belvedere_notes", default=None)


def note(name: str, number: int = 1) -> None:
    """Count something of the request in hand."""
    counts = _notes.get()
    if counts is None:
        _notes.set(counts := Counter())
    counts[name] += number


def begin() -> None:
    """Start to count: what is noted in tasks and threads that begin from here counts as well."""
    _notes.set(Counter())


def taken() -> Counter[str]:
    """What was noted since this was last asked, in this context."""
    counts = _notes.get()
    _notes.set(None)
    return counts if counts is not None else Counter()


def timing(kind: str, ms: float) -> Counter[str]:
    """The counts of one time: its bucket, and the microseconds it adds to the sum."""
    place = next(index for index, most in enumerate(BUCKETS_S) if ms <= most * 1000)
    return Counter({f"{kind}{place}": 1, f"{kind}_us": round(ms * 1000)})


def note_timing(kind: str, ms: float) -> None:
    """Count a time of the request in hand."""
    for name, number in timing(kind, ms).items():
        note(name, number)


def numbers(counts: Counter[str], kind: str) -> list[int]:
    """How many times fell in each bucket."""
    return [counts[f"{kind}{place}"] for place in range(len(BUCKETS_S))]


def seconds(counts: Counter[str], kind: str) -> float:
    """All times added up."""
    return counts[f"{kind}_us"] / 1_000_000
