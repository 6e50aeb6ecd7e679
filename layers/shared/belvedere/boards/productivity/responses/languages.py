"""The programming languages of a profile: in which share of the sessions that name one, of a developer or everybody."""

from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.responses.profile import top
from belvedere.boards.productivity.sessions.stats import all_time, source
from belvedere.boards.productivity.window import dates
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import bucket_of

ALL_TIME = 0


@dataclass(frozen=True)
class LanguagesRequest:
    """What the endpoint was asked: about one developer or everybody, so many days or all there were."""

    developer_id: str | None = None
    days: int = ALL_TIME


def resolved(request: LanguagesRequest, now: int) -> dict[str, Any]:
    """All that the languages depend on at a moment."""
    return {"developer": request.developer_id, "days": request.days, "today": bucket_of(now, Grain.DAY)}


async def languages(request: LanguagesRequest, reader: Reader, now: int) -> list[dict[str, Any]]:
    """The languages, the most used first, equals by name; the percentages add up to 100 but for rounding."""
    if request.days == ALL_TIME:
        sessions = await all_time(reader, request.developer_id, now)
    else:
        sessions = await source(reader, request.developer_id, dates(request.days, now))
    points = await sessions.points(by="language")
    ranked = top(points, "language", most=len(points))
    total = sum(row["count"] for row in ranked)
    return [
        {"language": row["value"], "percentage": round(100 * row["count"] / total, 2), "sessionCount": row["count"]}
        for row in ranked
    ]
