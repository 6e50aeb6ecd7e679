"""The time series: the four documented numbers of every bucket, and whatever else was asked for."""

from typing import Any

from belvedere.boards.learning.requests import DOCUMENTED, FilterBody, TimeseriesBody, of_successes
from belvedere.clock import iso, iso_in
from belvedere.errors import Invalid
from belvedere.query.planner.granularity import granularity, time_zone
from belvedere.query.planner.question import Question
from belvedere.query.planner.request import placed
from belvedere.query.reader.answer import Point, answer
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import inexact_json
from belvedere.time_ranges import TimeRange

AGGREGATED = {
    "avg": "avg_response_time",
    "sum": "total_response_time",
    "min": "min_response_time",
    "max": "max_response_time",
    "count": "response_time_count",
}


async def timeseries(body: TimeseriesBody, reader: Reader, now: int) -> dict[str, Any]:
    """The documented series, gap-filled. Raises Invalid naming a wrong field.

    `aggregation` other than `avg` adds `response_time`: the bucket's execution times summed, counted, or their extreme.
    """
    only = bool(body.filters and body.filters.success_only)
    shown, question = columns(body, only), series_question(body, now)
    as_of = await reader.as_of()
    result = await answer(question, reader)
    return {
        "metrics": body.metrics,
        "granularity": body.granularity,
        "time_range": question.range.to_json(),
        "data": [_row(point, shown, question, success_only=only) for point in result.points],
        "inexact": inexact_json(result),
        "generated_at": iso(now),
        "aggregation": body.aggregation,
        "as_of": iso(as_of) if as_of is not None else None,
        "explain": {"plans": [result.explain]},
    }


def series_question(body: TimeseriesBody, now: int) -> Question:
    """The engine's question, its range resolved. Raises Invalid naming a wrong field."""
    filters = body.filters or FilterBody.model_validate({})
    if filters.min_interactions:
        raise Invalid("filters.min_interactions: leaves out groups, and a series has none; use /dashboard/aggregation")
    question = Question(
        board="learning",
        metrics=tuple(dict.fromkeys(columns(body, filters.success_only).values())),
        range=TimeRange(0, 1),
        granularity=granularity(body.granularity),
        zone=time_zone(body.tz),
        filters=filters.to_filter(),
    )
    return placed(question, body.time_range.to_range(), now)


def columns(body: TimeseriesBody, success_only: bool) -> dict[str, str]:
    """The fields of a row and the engine's metric behind each: the documented ones first."""
    documented = [name for name in DOCUMENTED if not (success_only and name == "unique_users")]
    fields = of_successes(tuple(dict.fromkeys([*documented, *body.metrics])), success_only)
    if body.aggregation != "avg":
        if success_only:
            raise Invalid("aggregation: with success_only there is avg alone")
        fields["response_time"] = AGGREGATED[body.aggregation]
    return fields


def _row(point: Point, shown: dict[str, str], question: Question, *, success_only: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"timestamp": iso_in(point.start, question.zone)}
    for field, metric in shown.items():
        value = point.metrics[metric]
        row[field] = (value or 0) if field in DOCUMENTED else value  # documented as numbers: 0 where there was nothing
    if success_only:
        row["success_rate"] = 1.0 if row["interaction_count"] else 0
    return row
