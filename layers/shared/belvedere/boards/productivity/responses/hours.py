"""Sessions hour by hour, in any time zone: by hour of the day, and by hour of the week."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from belvedere.boards.productivity.window import recent
from belvedere.cache.entry import Computed
from belvedere.clock import to_datetime
from belvedere.query.planner.granularity import GRANULARITIES, time_zone
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import inexact_json

COUNT = "session_count"
MOST_DAYS = 365  # hours are read one by one
WEEK = 7
FOUR_WEEKS = 28  # so that no weekday has more hours than another


@dataclass(frozen=True)
class HoursRequest:
    """What the endpoint was asked: how many times 24 hours, and in which zone their hours are told."""

    days: int
    tz: str | None = None


def resolved(request: HoursRequest, now: int) -> dict[str, Any]:
    """All that hours depend on at a moment. Raises Invalid naming an unknown zone."""
    zone = time_zone(request.tz)
    return {"tz": zone.key if zone else None, "range": recent(request.days, now).to_json()}


async def hourly(request: HoursRequest, reader: Reader, now: int) -> Computed:
    """Sessions by hour of the day, all 24. Raises Invalid."""
    hours, inexact = await _hours(request, reader, now)
    sessions = Counter[int]()
    for when, number in hours:
        sessions[when.hour] += number
    rows = [{"hour": hour, "sessions": sessions[hour]} for hour in range(24)]
    return Computed(rows, rows, inexact=inexact)


async def heatmap(request: HoursRequest, reader: Reader, now: int) -> Computed:
    """Sessions by day of the week (Sunday is 0) and hour, all 168. Raises Invalid."""
    hours, inexact = await _hours(request, reader, now)
    sessions = Counter[tuple[int, int]]()
    for when, number in hours:
        sessions[when.isoweekday() % WEEK, when.hour] += number
    cells = ((day, hour) for day in range(WEEK) for hour in range(24))
    rows = [{"day": day, "hour": hour, "value": sessions[day, hour]} for day, hour in cells]
    return Computed(rows, rows, inexact=inexact)


async def _hours(
    request: HoursRequest, reader: Reader, now: int
) -> tuple[list[tuple[datetime, int]], Mapping[str, str] | None]:
    """Every hour of the zone's clocks with sessions, when it began on them, and how many; and when that is inexact."""
    question = Question(
        board="productivity",
        metrics=(COUNT,),
        range=recent(request.days, now),
        granularity=GRANULARITIES["1h"],
        zone=time_zone(request.tz),
    )
    result = await answer(question, reader)
    counted = ((point.start, int(point.metrics[COUNT] or 0)) for point in result.points)
    local = [(to_datetime(ms).astimezone(question.zone or UTC), number) for ms, number in counted if number]
    return local, inexact_json(result)
