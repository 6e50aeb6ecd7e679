"""Sessions hour by hour, in any time zone: by hour of the day, and by hour of the week."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belvedere.boards.productivity.window import recent
from belvedere.clock import to_datetime
from belvedere.query.answer import answer
from belvedere.query.granularity import GRANULARITIES, time_zone
from belvedere.query.question import Question
from belvedere.query.read import Reader

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


async def hourly(request: HoursRequest, reader: Reader, now: int) -> list[dict[str, int]]:
    """Sessions by hour of the day, all 24. Raises Invalid."""
    found = Counter[int]()
    for when, number in await _hours(request, reader, now):
        found[when.hour] += number
    return [{"hour": hour, "sessions": found[hour]} for hour in range(24)]


async def heatmap(request: HoursRequest, reader: Reader, now: int) -> list[dict[str, int]]:
    """Sessions by day of the week (Sunday is 0) and hour, all 168. Raises Invalid."""
    found = Counter[tuple[int, int]]()
    for when, number in await _hours(request, reader, now):
        found[when.isoweekday() % WEEK, when.hour] += number
    cells = ((day, hour) for day in range(WEEK) for hour in range(24))
    return [{"day": day, "hour": hour, "value": found[day, hour]} for day, hour in cells]


async def _hours(request: HoursRequest, reader: Reader, now: int) -> list[tuple[datetime, int]]:
    """Every hour with sessions: when it began on the clocks of the zone, and how many."""
    question = Question(
        board="productivity",
        metrics=(COUNT,),
        range=recent(request.days, now),
        granularity=GRANULARITIES["1h"],
    )
    zone, points = time_zone(request.tz), (await answer(question, reader)).points
    counted = ((to_datetime(point.start), int(point.metrics[COUNT] or 0)) for point in points)
    return [(when.astimezone(zone) if zone else when, number) for when, number in counted if number]
