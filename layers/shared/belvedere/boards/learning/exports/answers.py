"""Answers of the board as sheets: its series bucket by bucket, and its summary with one number a row."""

from collections.abc import Iterator
from typing import Any

from belvedere.boards.learning.exports.export_request import ExportRequest, Granularity
from belvedere.boards.learning.requests import DOCUMENTED, FilterBody, TimeRangeBody, TimeseriesBody
from belvedere.boards.learning.responses.summary import SummaryRequest, summary
from belvedere.boards.learning.responses.timeseries import timeseries
from belvedere.clock import DAY_MS
from belvedere.export.columns import Column, ColumnType
from belvedere.export.sheet import Sheet
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.time_ranges import moment, resolve

HOURS_UP_TO_MS = 8 * DAY_MS  # longer ranges are told by day
SUMMARY = (Column("section"), Column("name"), Column("metric"), Column("value", ColumnType.NUMBER))
RangedSheet = tuple[dict[str, Any], Sheet]  # (time_range, sheet)


async def analytics(request: ExportRequest, reader: Reader, now: int) -> RangedSheet:
    """One row a bucket, with the documented numbers of the time series."""
    only = bool(request.filters.get("success_only"))
    metrics = [name for name in DOCUMENTED if not (only and name == "unique_users")]
    filters = FilterBody.model_validate(dict(request.filters))
    body = TimeseriesBody(
        metrics=metrics,
        time_range=TimeRangeBody(**request.range.model_dump()),
        granularity=request.granularity or fitting(request, now),
        filters=filters,
    )
    answer = await timeseries(body, reader, now)
    columns = (Column("timestamp", ColumnType.TIMESTAMP), *(Column(name, ColumnType.NUMBER) for name in metrics))
    rows = ({**row, "timestamp": moment(row["timestamp"], "timestamp")} for row in answer["data"])
    return answer["time_range"], Sheet(columns, rows)


def fitting(request: ExportRequest, now: int) -> Granularity:
    """Hours for some days, days for more, and where nothing finer is rolled up."""
    time_range = resolve(
        request.range.preset, request.range.start_date, request.range.end_date, now=now, finest=Grain.HOUR
    )
    return "1d" if "concepts" in request.filters or time_range.end - time_range.start > HOURS_UP_TO_MS else "1h"


async def summarized(export: ExportRequest, reader: Reader, now: int) -> RangedSheet:
    """One row a number of the summary: which part it is of, what it is about, and what it counts."""
    time_range = export.range
    request = SummaryRequest(
        time_range.preset,
        time_range.start_date,
        time_range.end_date,
        export.list("user_ids"),
        export.list("agent_types"),
    )
    answer = await summary(request, reader, now)
    return answer["time_range"], Sheet(SUMMARY, flattened(answer))


def flattened(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The numbers of a summary, part by part."""
    for metric, value in answer["summary"].items():
        yield _row("summary", None, metric, value)
    for agent in answer["agent_breakdown"]:
        yield _row("agent_breakdown", agent["agent_type"], "interaction_count", agent["interaction_count"])
    for hour in answer["hourly_activity"]:
        for metric in ("interactions", "avg_response_time"):
            yield _row("hourly_activity", hour["hour"], metric, hour[metric])


def _row(section: str, name: str | None, metric: str, value: float) -> dict[str, Any]:
    return {"section": section, "name": name, "metric": metric, "value": value}
