"""Statistics on request: a series' trend and rhythm, groups of students, what goes together, and what stands out."""

from collections.abc import Awaitable, Callable
from typing import Any

from belvedere.boards.learning.analytics.clustering import clustering
from belvedere.boards.learning.analytics.correlation import correlation
from belvedere.boards.learning.analytics.per_student import students_range
from belvedere.boards.learning.analytics.requests import StatisticalBody
from belvedere.boards.learning.analytics.series import anomaly, question_of, timeseries
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

Json = dict[str, Any]

ANALYSES: dict[str, Callable[[StatisticalBody, Tables, int], Awaitable[Json]]] = {
    "timeseries": timeseries,
    "clustering": clustering,
    "correlation": correlation,
    "anomaly": anomaly,
}


async def statistical(body: StatisticalBody, tables: Tables, now: int) -> Json:
    """The analysis asked for, over the asked range. Raises Invalid naming a wrong field."""
    analysis = await ANALYSES[body.analysis_type](body, tables, now)
    return {"analysis_type": body.analysis_type, "time_range": part_of(body, now).to_json(), **analysis}


def part_of(body: StatisticalBody, now: int) -> TimeRange:
    """The range as it is answered: whole buckets of a series, whole days of students. Raises Invalid."""
    if body.analysis_type in ("clustering", "correlation"):
        return students_range(body.metrics, body.time_range, now)
    return question_of(body, now).range
