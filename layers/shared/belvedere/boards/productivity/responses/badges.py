"""The badges of a profile: earned or not, and since when, of a developer or of everybody together."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from belvedere.boards.productivity.profile.badges import BADGES, NUMBERS, Badge, Day
from belvedere.boards.productivity.responses.profile import ProfileRequest
from belvedere.boards.productivity.sessions.stats import COUNT, SessionSource, all_time
from belvedere.clock import iso
from belvedere.query.reader.answer import Point
from belvedere.query.reader.read import Reader

METRICS = (COUNT, "tracked_sessions", "accepted_sessions", "accepted_lines", "accepted_tokens")


async def badges(request: ProfileRequest, reader: Reader, now: int) -> list[dict[str, Any]]:
    """All badges there are; the earned ones with the first day on which they were."""
    days = await history(await all_time(reader, request.developer_id, now))
    return [_told(badge, badge.reached(days)) for badge in BADGES]


async def history(sessions: SessionSource) -> list[Day]:
    """The days with sessions, in order."""
    days, models, languages = await asyncio.gather(
        sessions.points(*METRICS[1:], daily=True),
        sessions.points(by="model", daily=True),
        sessions.points(by="language", daily=True),
    )
    spoken, used = _by_day(languages, "language"), _by_day(models, "model")
    return [Day(day.start, **_numbers(day), models=used[day.start], languages=spoken[day.start]) for day in days]


def _numbers(day: Point) -> dict[str, Any]:
    return {name: int(day.metrics[metric] or 0) for name, metric in zip(NUMBERS, METRICS, strict=True)}


def _by_day(points: Sequence[Point], dimension: str) -> dict[int, frozenset[str]]:
    values_by_day: dict[int, frozenset[str]] = defaultdict(frozenset)
    for point in points:
        values_by_day[point.start] |= {point.dims[dimension]}
    return values_by_day


def _told(badge: Badge, reached: int | None) -> dict[str, Any]:
    shown = {"id": badge.id, "name": badge.name, "description": badge.description, "earned": reached is not None}
    return shown if reached is None else shown | {"earnedDate": iso(reached)[:10]}
