"""What is too large for one answer, as a request for an export job: the same interactions, without a limit."""

from typing import Any

from belvedere.boards.learning.events import INTERACTION
from belvedere.boards.learning.exports.export_request import ExportRequest
from belvedere.clock import iso
from belvedere.export.jobs.body import ExportJobBody
from belvedere.schema.rollup_tables import USER, Grain
from belvedere.time_ranges import resolve

COLUMNS = ["id", USER, "agent_type", "time", "success", "execution_time_ms", "concept", "other_properties"]
DIMENSIONS = {"user_ids": USER, "agent_types": "agent_type", "concepts": "concept"}
SUCCESS = {"dimension": "success", "in": ["true"]}


def job_request(request: ExportRequest, now: int) -> ExportJobBody | None:
    """The job that exports what was asked for; None where a job cannot: other data, a limit, or bounds on times."""
    filters = dict(request.filters)
    success_only = filters.pop("success_only", False)
    if request.data != "interactions" or request.limit is not None or not filters.keys() <= DIMENSIONS.keys():
        return None
    operands: list[dict[str, Any]] = [
        {"dimension": DIMENSIONS[name], "in": list(values)} for name, values in filters.items()
    ]
    operands += [SUCCESS] if success_only else []
    given = request.range
    time_range = resolve(given.preset, given.start_date, given.end_date, now=now, finest=Grain.HOUR)
    body = {
        "format": request.format,
        "data_types": [INTERACTION],
        "date_range": {"start": iso(time_range.start), "end": iso(time_range.end)},
        "columns": COLUMNS,
        "filters": {"and": operands} if operands else None,
        "include_headers": request.headers if request.format != "json" else None,
    }
    return ExportJobBody.model_validate(body)
