"""The generic query as a GET with flat rows: what table-shaped clients (Grafana, spreadsheets, notebooks) ask for.

Times come as ISO 8601 or epoch milliseconds, and are snapped to buckets, so that a client that always asks for "now"
asks the same question for as long as the answer is the same.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from belvedere.clock import iso
from belvedere.errors import Invalid
from belvedere.query.planner.request import MAX_GROUPED, MAX_METRICS, QueryBody, RangeBody, question_of
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import inexact_json, row

DEFAULT_LIMIT = 10_000


def when(value: str | None, field: str) -> str | None:
    """ISO 8601 of a moment given as ISO 8601 or epoch milliseconds. Raises Invalid naming the field."""
    if value is None or not value.lstrip("-").isdigit() or len(value) < 9:
        return value
    try:
        return iso(int(value))
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{field}: {value!r:.30} is neither ISO 8601 nor epoch milliseconds") from error


def flat_body(
    *,
    board: str,
    metrics: tuple[str, ...],
    start: str | None,
    end: str | None,
    granularity: str | None = None,
    by: tuple[str, ...] = (),
    tz: str | None = None,
    where: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    limit: int = DEFAULT_LIMIT,
) -> QueryBody:
    """A GET as the body of a query; `where` filters by dimension, its values joined by or.

    Raises Invalid naming the parameter.
    """
    if not 1 <= len(metrics) <= MAX_METRICS:
        raise Invalid(f"metrics: name 1 to {MAX_METRICS} of them, not {len(metrics)}")
    if len(by) > MAX_GROUPED:
        raise Invalid(f"by: name at most {MAX_GROUPED} dimensions, not {len(by)}")
    return QueryBody(
        board=board,
        metrics=list(metrics),
        range=RangeBody.model_validate({"from": when(start, "from"), "to": when(end, "to")}),
        granularity=granularity,
        tz=tz,
        group_by=list(by),
        filters=filter_json(where),
        limit=limit,
    )


def filter_json(where: Mapping[str, tuple[str, ...]]) -> dict[str, Any] | None:
    """Wanted values by dimension as a filter's JSON."""
    conditions = [{"dimension": dimension, "in": list(values)} for dimension, values in where.items()]
    return {"and": conditions} if conditions else None


async def flat_rows(body: QueryBody, reader: Reader, now: int) -> dict[str, Any]:
    """A root array of rows in order of time (under `rows`): numbers as numbers, one text column a dimension."""
    question = question_of(body, now)
    result = await answer(question, reader)
    return {"rows": [row(point, question) for point in result.points], "inexact": inexact_json(result)}


def options(rows: list[dict[str, Any]], dimension: str) -> list[dict[str, str]]:
    """The values a dimension had, as a dashboard variable's options."""
    return [{"__text": value, "__value": value} for value in sorted({str(flat_row[dimension]) for flat_row in rows})]
