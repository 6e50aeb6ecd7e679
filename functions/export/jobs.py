"""/api/v1/dashboard/export: begins export jobs, lists and shows them, cancels one, begins one anew."""

from typing import Annotated, Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import now_ms
from belvedere.endpoints import export
from belvedere.errors import Conflict
from belvedere.export.jobs.body import body_schema, read_body
from belvedere.export.jobs.download import JOBS, download_path
from belvedere.export.jobs.finish import cancel
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.links import absolute
from belvedere.export.jobs.reading import reader
from belvedere.export.jobs.run import run_of
from belvedere.export.jobs.shown import accepted, shown
from belvedere.export.jobs.start import starter, stop_execution
from belvedere.export.jobs.templates import filled
from belvedere.http import CallerDep, Endpoint, Header, Path, Query, Request, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ONE = f"{JOBS}/{{job_id}}"
JobId = Annotated[str, Path(max_length=200)]
PRIVATE = {"Cache-Control": "private, no-store"}
LIMIT = "export_job"  # of what begins work
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": body_schema()}}}}

endpoint = Endpoint.of(export.JOBS)


@endpoint.post(JOBS, status_code=202, limit=LIMIT, openapi_extra=BODY)
async def created(
    request: Request, caller: CallerDep, idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    """A job, or the one that an equal request has begun; its id leads to its progress. A student exports their own."""
    sent = read_body(await request.body())  # JSON whatever its Content-Type says, as clients of the contract send it
    own = tables(caller.workspace)
    body = await in_thread(lambda: filled(own.directory, sent))
    return _accepted(await starter(own).create(body, caller, idempotency_key))


@endpoint.get(JOBS)
async def listed(
    caller: CallerDep,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """The caller's jobs and those of service keys, the newest first; an administrator sees all."""
    jobs = reader(tables(caller.workspace))
    return endpoint.answer(await in_thread(lambda: jobs.page(caller, page, per_page)), headers=PRIVATE)


@endpoint.get(ONE)
async def status(request: Request, caller: CallerDep, job_id: JobId) -> Response:
    """How far a job is; of a completed one a link, which works for fifteen minutes and is another at each reading."""
    job = await in_thread(lambda: reader(tables(caller.workspace)).one(job_id, caller))
    now, days = now_ms(), settings().export_retention_days
    url = None
    if job.status_at(now, days) is Status.COMPLETED:
        url = absolute(await in_thread(lambda: download_path(caller.workspace, job, now)), request.headers)
    return endpoint.answer(shown(job, now, days, url), headers=PRIVATE)


@endpoint.delete(ONE)
async def cancelled(caller: CallerDep, job_id: JobId) -> Response:
    """Nothing of a cancelled job is left; its parts at work end within seconds."""
    job = await in_thread(lambda: reader(tables(caller.workspace)).one(job_id, caller))
    await in_thread(lambda: _cancel(caller.workspace, job))
    return endpoint.answer({"job_id": job.job_id, "status": Status.CANCELLED.value})


@endpoint.post(f"{ONE}/retry", status_code=202, limit=LIMIT)
async def retried(caller: CallerDep, job_id: JobId) -> Response:
    """The next attempt at a job that failed, was cancelled or has expired; under the same id."""
    return _accepted(await starter(tables(caller.workspace)).retry(job_id, caller))


def _accepted(job: ExportJob) -> Response:
    return endpoint.answer(accepted(job), status=202, headers={"Location": f"{JOBS}/{job.job_id}"})


def _cancel(workspace: str, job: ExportJob) -> None:
    if not cancel(run_of({"workspace": workspace, "job_id": job.job_id, "attempt": job.attempt})):
        status = job.status_at(now_ms(), settings().export_retention_days)
        raise Conflict(f"job_id: the job has ended ({status}); only a queued or processing one can be cancelled")
    stop_execution(job)


handler = endpoint.handler
