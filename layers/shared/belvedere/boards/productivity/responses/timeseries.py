"""Series with one value a UTC day: of any one metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.boards.productivity.window import dates
from belvedere.clock import iso
from belvedere.errors import Invalid
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.filters import all_in
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Number, Point, answer
from belvedere.query.reader.read import Reader
from belvedere.schema.catalog import catalog
from belvedere.time_ranges import TimeRange

DAYS = 30
SESSIONS = "session_count"


@dataclass(frozen=True)
class SeriesRequest:
    """What the endpoint was asked; of all repositories, or one."""

    days: int = DAYS
    metric: str = SESSIONS
    repo: str | None = None


def resolved(request: SeriesRequest, now: int) -> dict[str, Any]:
    """All that a series depends on at a moment. Raises Invalid naming a wrong field."""
    time_range = daily(request.metric, request, dates(request.days, now)).range
    return {"metric": request.metric, "repo": request.repo, "range": time_range.to_json()}


async def series(request: SeriesRequest, reader: Reader, now: int) -> list[dict[str, Any]]:
    """A value for each day, the oldest first: 0 or null where there was nothing. Raises Invalid."""
    result = await answer(daily(request.metric, request, dates(request.days, now)), reader)
    return [dated(point, point.metrics[request.metric]) for point in result.points]


def daily(metric: str, request: SeriesRequest, time_range: TimeRange) -> Question:
    """The question after a metric day by day. Raises Invalid naming the metrics, or those there are by repository."""
    known = catalog().metrics[BOARD_NAME]
    if metric not in known:
        raise Invalid(f"metric: {metric!r:.60} is not one of {', '.join(known)}")
    question = _question(metric, request, time_range)
    if not _answerable(question):
        able = [name for name in known if _answerable(_question(name, request, time_range))]
        raise Invalid(f"repo: {metric} is not kept by repository; there is {', '.join(able)}")
    return question


def _question(metric: str, request: SeriesRequest, time_range: TimeRange) -> Question:
    repos: Sequence[str] = (request.repo,) if request.repo else ()
    return Question(
        board=BOARD_NAME,
        metrics=(metric,),
        range=time_range,
        granularity=GRANULARITIES["1d"],
        filters=all_in({"repo_slug": repos}),
    )


def _answerable(question: Question) -> bool:
    try:
        resolution(question)
    except Invalid:
        return False
    return True


def dated(point: Point, value: Number) -> dict[str, Any]:
    """One value as the client draws it."""
    return {"date": iso(point.start)[:10], "value": value}
