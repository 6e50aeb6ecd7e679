"""Activity day by day: everything that was done, in whatever tool; a time series has one metric instead."""

import asyncio
from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.responses.timeseries import DAYS, SeriesRequest, daily, dated
from belvedere.boards.productivity.window import dates
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader

COUNTED = ("session_count", "commit_count", "opened_pull_requests", "closed_pull_requests", "review_count")


@dataclass(frozen=True)
class TrendsRequest:
    """What the endpoint was asked; of all repositories, or one."""

    days: int = DAYS
    repo: str | None = None


def resolved(request: TrendsRequest, now: int) -> dict[str, Any]:
    """All that the trends depend on at a moment."""
    return {"repo": request.repo, "range": dates(request.days, now).to_json()}


async def trends(request: TrendsRequest, reader: Reader, now: int) -> list[dict[str, Any]]:
    """For each day, the oldest first: sessions, commits, pull requests opened and closed, and reviews, added up."""
    time_range, series_request = dates(request.days, now), SeriesRequest(repo=request.repo)
    series = await asyncio.gather(*(answer(daily(metric, series_request, time_range), reader) for metric in COUNTED))
    days = zip(*(line.points for line in series), strict=True)
    return [dated(day[0], sum(number or 0 for point in day for number in point.metrics.values())) for day in days]
