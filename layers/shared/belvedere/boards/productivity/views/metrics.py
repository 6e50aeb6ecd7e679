"""The nine KPIs of a window."""

from typing import Any

from belvedere.boards.productivity.measured import Measured, readings
from belvedere.clock import iso
from belvedere.query.ranges import TimeRange


def metrics(found: Measured, part: TimeRange, now: int) -> dict[str, Any]:
    """The documented nine, each with its sample, and `timestamp`; with what they are about beside them."""
    told: dict[str, Any] = {name: reading.to_json() for name, reading in readings(found).items()}
    return told | {"timestamp": iso(now)} | about(found, part)


def about(found: Measured, part: TimeRange) -> dict[str, Any]:
    """What an answer is about: the days, and the newest event in it."""
    window = {"start": iso(part.start), "end": iso(part.end), "days": found.days}
    return {"window": window, "as_of": iso(found.as_of) if found.as_of is not None else None}
