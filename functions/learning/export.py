"""POST /dashboard/export: interactions, the series, the summary or students, as JSON, CSV or an Excel file."""

from typing import Annotated, Any

from belvedere.auth.caller import Caller
from belvedere.auth.visibility import askable
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import EXPORT
from belvedere.boards.learning.exports.export_request import ExportBody, ExportQuery, parse_export_request
from belvedere.boards.learning.exports.file import write_export
from belvedere.boards.learning.exports.job_request import job_request
from belvedere.clock import now_ms
from belvedere.errors import TooLarge
from belvedere.export.inline import File
from belvedere.export.jobs.body import ExportJobBody
from belvedere.export.jobs.download import JOBS
from belvedere.export.jobs.shown import accepted
from belvedere.export.jobs.start import starter
from belvedere.export.writers.formats import FORMATS
from belvedere.http import Body, CallerDep, Endpoint, Query, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables

endpoint = Endpoint.of(EXPORT, headers=BOARD.headers)
BY_PERSON = ("interactions", "students")  # they name people
FACT_HEADERS = {"truncated": "X-Truncated", "total": "X-Total-Rows", "mastery_included": "X-Mastery-Included"}
FILES = {
    FORMATS[name].media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for name in ("csv", "excel")
}


@endpoint.post(responses={200: {"content": FILES}, 202: {"description": "It is an export job"}})
async def dashboard_export(
    caller: CallerDep, query: Annotated[ExportQuery, Query()], body: Annotated[ExportBody | None, Body()] = None
) -> Response:
    """All of it; with `limit`, the newest interactions, and how many match.

    Interactions that no answer can carry become an export job (202, `Location`); other data is a 413 that tells how to
    ask for less.
    """
    request, now = parse_export_request(query, body), now_ms()
    request = request.about(await askable(caller, request.list("user_ids"), by_person=request.data in BY_PERSON))
    try:
        file, facts = await write_export(request, tables(caller.workspace), settings().event_slices, now)
    except TooLarge:
        if (as_job := job_request(request, now)) is None:
            raise
        return await begun(as_job, caller)
    return Response(file.content, headers=headers(request.data, file, facts), media_type=file.media_type)


async def begun(as_job: ExportJobBody, caller: Caller) -> Response:
    """The export job, and where its progress is read."""
    job = await starter(tables(caller.workspace)).create(as_job, caller, None)
    return endpoint.answer(accepted(job), status=202, headers={"Location": f"{JOBS}/{job.job_id}"})


def headers(data: str, file: File, facts: dict[str, Any]) -> dict[str, str]:
    """A file has a name, and says beside itself what JSON says inside; nobody keeps it."""
    added = {"Cache-Control": "private, no-store"}
    added |= {FACT_HEADERS[name]: str(value).lower() for name, value in facts.items() if value is not None}
    if file.extension != "json":
        added["Content-Disposition"] = f'attachment; filename="dashboard_export_{data}.{file.extension}"'
    return added


handler = endpoint.handler
