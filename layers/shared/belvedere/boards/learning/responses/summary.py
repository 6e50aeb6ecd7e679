"""The summary: totals of a range, its agents, and the last 24 hours of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from belvedere.clock import DAY_MS, iso
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.filters import Filter, all_in
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import WIDTH_MS, ceil
from belvedere.time_ranges import TimeRange, resolve

BOARD_NAME = "learning"
TOTALS = ("interaction_count", "unique_users", "avg_response_time", "success_rate", "successful_interactions")
HOURLY = ("interaction_count", "avg_response_time")


@dataclass(frozen=True)
class SummaryRequest:
    """What the endpoint was asked; empty filters let everything through."""

    preset: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    user_ids: tuple[str, ...] = ()
    agent_types: tuple[str, ...] = ()

    @property
    def filters(self) -> Filter:
        """The filters in the engine's words."""
        return all_in({"user": self.user_ids, "agent_type": self.agent_types})


async def summary(request: SummaryRequest, reader: Reader, now: int) -> dict[str, Any]:
    """The documented summary, with `as_of` and `explain` beside it. Raises Invalid naming a wrong field."""
    time_range = resolved_range(request, now)
    as_of = await reader.as_of()
    answers = await asyncio.gather(*(answer(question, reader) for question in questions(time_range, request.filters)))
    totals, agents, hours = answers
    return {
        "time_range": time_range.to_json(),
        "summary": _totals(totals, agents),
        "agent_breakdown": _breakdown(agents),
        "hourly_activity": [_hour(point.start, point.metrics) for point in hours.points],
        "as_of": iso(as_of) if as_of is not None else None,
        "explain": {"metrics": dict(totals.points[0].metrics), "plans": [each.explain for each in answers]},
    }


def resolved(request: SummaryRequest, now: int) -> dict[str, Any]:
    """All that a summary depends on at a moment. Raises Invalid naming a wrong field."""
    filters = {"user_ids": sorted(request.user_ids), "agent_types": sorted(request.agent_types)}
    return resolved_range(request, now).to_json() | filters


def resolved_range(request: SummaryRequest, now: int) -> TimeRange:
    """The asked range, snapped to what all three questions can be answered in. Raises Invalid naming a wrong field."""
    finest = max(map(resolution, questions(TimeRange(0, 1), request.filters)), key=WIDTH_MS.__getitem__)
    return resolve(request.preset, request.start_date, request.end_date, now=now, finest=finest)


def questions(time_range: TimeRange, filters: Filter) -> tuple[Question, Question, Question]:
    """The three questions of a summary: totals, by agent, and by hour over the range's last day."""
    last_day = TimeRange(max(time_range.start, ceil(time_range.end, Grain.HOUR) - DAY_MS), time_range.end)
    return (
        Question(board=BOARD_NAME, metrics=TOTALS, range=time_range, filters=filters),
        Question(board=BOARD_NAME, metrics=TOTALS[:1], range=time_range, filters=filters, group_by=("agent_type",)),
        Question(board=BOARD_NAME, metrics=HOURLY, range=last_day, filters=filters, granularity=GRANULARITIES["1h"]),
    )


def _totals(totals: Answer, agents: Answer) -> dict[str, Any]:
    metrics = totals.points[0].metrics
    return {
        "total_interactions": metrics["interaction_count"],
        "active_users": metrics["unique_users"],
        "agents_used": len(_breakdown(agents)),
        "avg_response_time": metrics["avg_response_time"] or 0.0,  # documented as a number; `explain` tells null
        "success_rate": metrics["success_rate"] or 0.0,
        "successful_interactions": metrics["successful_interactions"],
    }


def _breakdown(agents: Answer) -> list[dict[str, Any]]:
    """Agents with their counts, the busiest first, equals by name."""
    rows = [(point.dims["agent_type"], point.metrics["interaction_count"] or 0) for point in agents.points]
    named = [(agent, count) for agent, count in rows if agent and count]
    named.sort(key=lambda row: (-row[1], row[0]))
    return [{"agent_type": agent, "interaction_count": count} for agent, count in named]


def _hour(start: int, numbers: Mapping[str, Any]) -> dict[str, Any]:
    average = numbers["avg_response_time"] or 0.0
    return {"hour": iso(start), "interactions": numbers["interaction_count"], "avg_response_time": average}
