"""Counts that the work in hand leaves for the end of its request: accepted events, where a cached answer came from."""

from collections import Counter
from contextvars import ContextVar

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
