"""The aggregation: the board's numbers grouped by agent, user, concept, day, hour and outcome."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from belvedere.boards.learning.requests import AggregationBody, FilterBody, of_successes
from belvedere.clock import iso
from belvedere.errors import Invalid
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.planner.request import placed
from belvedere.query.reader.answer import Answer, Point, answer
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import inexact_json
from belvedere.time_ranges import TimeRange

GROUPS = {"agent_type": "agent_type", "user_id": "user", "concept": "concept"}
BUCKETS = {"date": "1d", "hour": "1h"}
OUTCOME = "success_status"
DIMENSIONS = (*GROUPS, *BUCKETS, OUTCOME)
MAX_GROUPS = 50_000
OF_SUCCESSES = {"interaction_count": "successful_interactions", "avg_response_time": "avg_success_time"}
BY_OUTCOME = (*OF_SUCCESSES, "success_rate")
BEHIND_OUTCOMES = ("interaction_count", "successful_interactions", "avg_success_time", "avg_failure_time")

Row = dict[str, Any]


async def aggregation(body: AggregationBody, reader: Reader, now: int) -> dict[str, Any]:
    """The documented groups, all counted before the limit. Raises Invalid naming a wrong field."""
    filters = body.filters or FilterBody.model_validate({})
    question = group_question(body, now)
    as_of = await reader.as_of()
    result = await answer(question, reader)
    if result.total > MAX_GROUPS:
        raise Invalid(f"dimensions: {result.total} groups, {MAX_GROUPS} at most; ask for fewer, or less time")
    rows = ordered(body, list(_rows(body, filters, result)))
    return {
        "dimensions": body.dimensions,
        "metrics": body.metrics,
        "time_range": question.range.to_json(),
        "data": rows[body.offset : body.offset + body.limit],
        "total_records": len(rows),
        "inexact": inexact_json(result),
        "generated_at": iso(now),
        "as_of": iso(as_of) if as_of is not None else None,
        "explain": {"plans": [result.explain]},
    }


def group_question(body: AggregationBody, now: int) -> Question:
    """The engine's question, its range resolved. Raises Invalid naming a wrong field."""
    filters = body.filters or FilterBody.model_validate({})
    for name in body.dimensions:
        if name not in DIMENSIONS:
            raise Invalid(f"dimensions: {name!r} is not one of {', '.join(DIMENSIONS)}")
    wide = next((BUCKETS[name] for name in ("hour", "date") if name in body.dimensions), None)
    question = Question(
        board="learning",
        metrics=_metrics(body, filters),
        range=TimeRange(0, 1),
        granularity=GRANULARITIES[wide] if wide else None,
        group_by=tuple(dict.fromkeys(GROUPS[name] for name in body.dimensions if name in GROUPS)),
        filters=filters.to_filter(),
    )
    question.declared()
    return placed(replace(question, limit=MAX_GROUPS), body.time_range.to_range(), now)


def _metrics(body: AggregationBody, filters: FilterBody) -> tuple[str, ...]:
    """The engine's metrics behind the documented ones, and the count that tells a group from nothing."""
    if OUTCOME not in body.dimensions:
        metrics = of_successes(tuple(body.metrics), filters.success_only).values()
        return tuple(dict.fromkeys([*metrics, "interaction_count", "successful_interactions"]))
    for name in body.metrics:
        if name not in BY_OUTCOME:
            raise Invalid(f"metrics: {name!r} is not kept by {OUTCOME}; one of {', '.join(BY_OUTCOME)}")
    return BEHIND_OUTCOMES


def _rows(body: AggregationBody, filters: FilterBody, answered: Answer) -> Iterator[Row]:
    """One row a group, two where outcomes are told apart; groups of nothing, or of too little, are left out."""
    least = max(filters.min_interactions or 0, 1)
    for point in answered.points:
        for outcome in (True, False) if OUTCOME in body.dimensions else (None,):
            count = _count(point, outcome, filters.success_only)
            if count >= least and not (outcome is False and filters.success_only):
                yield {**_dimensions(point, body, outcome), **_numbers(point, body, outcome, filters.success_only)}


def _count(point: Point, outcome: bool | None, success_only: bool) -> int:
    every, good = (int(point.metrics[name] or 0) for name in ("interaction_count", "successful_interactions"))
    return good if outcome or (outcome is None and success_only) else every - good if outcome is False else every


def _dimensions(point: Point, body: AggregationBody, outcome: bool | None) -> Row:
    values: Row = {"date": iso(point.start)[:10], "hour": iso(point.start), OUTCOME: outcome}
    values |= {name: point.dims[inner] for name, inner in GROUPS.items() if inner in point.dims}
    return {name: values[name] for name in body.dimensions}


def _numbers(point: Point, body: AggregationBody, outcome: bool | None, success_only: bool) -> Row:
    if outcome is None:
        behind = of_successes(tuple(body.metrics), success_only)
        numbers: Row = {name: point.metrics[metric] for name, metric in behind.items()}
        return numbers | ({"success_rate": 1.0} if success_only and "success_rate" in numbers else {})
    time = point.metrics["avg_success_time" if outcome else "avg_failure_time"]
    numbers_of_outcome = {"interaction_count": _count(point, outcome, success_only), "success_rate": float(outcome)}
    return {name: (numbers_of_outcome | {"avg_response_time": time})[name] for name in body.metrics}


def ordered(body: AggregationBody, rows: list[Row]) -> list[Row]:
    """By the documented dimensions in the order asked, or by `order_by`: a metric, the largest first."""
    by_name = sorted(rows, key=lambda row: tuple(str(row[name]) for name in body.dimensions))
    metric = body.order_by
    if metric is None:
        return by_name
    if metric not in body.metrics:
        raise Invalid(f"order_by: {metric!r} is not among the metrics asked for: {', '.join(body.metrics)}")
    return sorted(by_name, key=lambda row: (row[metric] is None, -(row[metric] or 0)))
