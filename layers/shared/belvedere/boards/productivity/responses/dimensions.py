"""The dimensions of a profile: six scores over the last days, of a developer or of everybody."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.profile.dimensions import Evidence, OfModel, dimensions
from belvedere.boards.productivity.sessions.stats import SessionSource, source
from belvedere.boards.productivity.window import dates
from belvedere.query.reader.answer import Point
from belvedere.query.reader.read import Reader

DAYS = 30
METRICS = ("acceptance_rate", "avg_diff_ratio", "accepted_lines", "tokens_per_accepted_line")
TRIED = ("tracked_sessions", "accepted_sessions")


@dataclass(frozen=True)
class DimensionsRequest:
    """What the endpoint was asked: about one developer, or everybody."""

    developer_id: str | None = None
    days: int = DAYS


def resolved(request: DimensionsRequest, now: int) -> dict[str, Any]:
    """All that the scores depend on at a moment."""
    return {"developer": request.developer_id, "range": dates(request.days, now).to_json()}


async def scores(request: DimensionsRequest, reader: Reader, now: int) -> list[dict[str, Any]]:
    """The scores as the client draws them, each with the number that it is made of."""
    observed = await evidence(await source(reader, request.developer_id, dates(request.days, now)))
    return [dimension._asdict() for dimension in dimensions(observed)]


async def evidence(sessions: SessionSource) -> Evidence:
    """What the scores are made of."""
    totals, models, days = await asyncio.gather(
        sessions.points(*METRICS),
        sessions.points(*TRIED, "total_cost", by="model"),
        sessions.points(*TRIED, "active_developers", daily=True),
    )
    total: dict[str, Any] = dict(totals[0].metrics) if totals else {}
    middle = (sessions.time_range.start + sessions.time_range.end) // 2
    return Evidence(
        acceptance_rate=total.get("acceptance_rate"),
        models=tuple(map(_of_model, models)),
        avg_diff_ratio=total.get("avg_diff_ratio"),
        accepted_lines=total.get("accepted_lines", 0),
        developer_days=sum(int(point.metrics["active_developers"] or 0) for point in days),
        early=_acceptance([day for day in days if day.start < middle]),
        late=_acceptance([day for day in days if day.start >= middle]),
        tokens_per_accepted_line=total.get("tokens_per_accepted_line"),
    )


def _of_model(point: Point) -> OfModel:
    return OfModel(*_tried(point), float(point.metrics["total_cost"] or 0))


def _acceptance(days: Sequence[Point]) -> float | None:
    tracked, accepted = (sum(numbers) for numbers in zip(*map(_tried, days), strict=True)) if days else (0, 0)
    return accepted / tracked if tracked else None


def _tried(point: Point) -> tuple[int, int]:
    """(sessions that tell whether they were accepted, those that were)"""
    return int(point.metrics["tracked_sessions"] or 0), int(point.metrics["accepted_sessions"] or 0)
