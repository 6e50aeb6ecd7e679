"""The overview: the last seven days in five numbers, and how four of them compare with as long before."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from belvedere.clock import iso
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.filters import all_in
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Number, answer
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange, before, resolve

METRICS = ("session_count", "accepted_lines", "acceptance_rate", "total_tokens", "total_cost")


@dataclass(frozen=True)
class OverviewRequest:
    """What the endpoint was asked: about all repositories, or one."""

    repo: str | None = None


def resolved(request: OverviewRequest, now: int) -> dict[str, Any]:
    """All that an overview depends on at a moment."""
    return {"repo": request.repo, "range": question(request, now).range.to_json()}


def question(request: OverviewRequest, now: int) -> Question:
    """The last seven days: to the end of this hour, or of today for one repository, of which whole days are kept."""
    question = Question(
        board="productivity",
        metrics=METRICS,
        range=TimeRange(0, 1),
        filters=all_in({"repo_slug": (request.repo,) if request.repo else ()}),
    )
    return replace(question, range=resolve("7d", None, None, now=now, finest=resolution(question)))


async def overview(request: OverviewRequest, reader: Reader, now: int) -> dict[str, Any]:
    """The documented overview, with both ranges beside it. Raises Invalid."""
    this = question(request, now)
    earlier = before(this.range)
    as_of = await reader.as_of()
    answers = await asyncio.gather(answer(this, reader), answer(replace(this, range=earlier), reader))
    return _compared(*(dict(result.points[0].metrics) for result in answers)) | {
        "time_range": this.range.to_json(),
        "previous_range": earlier.to_json(),
        "as_of": iso(as_of) if as_of is not None else None,
    }


def _compared(now: Mapping[str, Number], before: Mapping[str, Number]) -> dict[str, Any]:
    return {
        "totalSessions": now["session_count"],
        "totalSessionsTrend": change(now["session_count"], before["session_count"]),
        "linesOfCode": now["accepted_lines"],
        "linesOfCodeTrend": change(now["accepted_lines"], before["accepted_lines"]),
        "acceptanceRate": 100 * (now["acceptance_rate"] or 0.0),
        "acceptanceRateTrend": change(now["acceptance_rate"], before["acceptance_rate"]),
        "tokenUsage": now["total_tokens"],
        "estimatedCost": now["total_cost"] or 0.0,
        "costTrend": change(now["total_cost"], before["total_cost"]),
    }


def change(now: Number, before: Number) -> float:
    """How much a number has changed: 100 * (now - before) / before, percent.

    0 where there was nothing before; nothing now counts as 0.
    """
    return 100 * ((now or 0) - before) / before if before else 0.0
