"""Gives a finished file away: a signed token for whoever reads a job's status, and for the token a link to the file."""

from belvedere.auth.secret import SECRET
from belvedere.clock import SECOND_MS
from belvedere.errors import Conflict, Forbidden, Gone, NotFound
from belvedere.export.jobs.access import check_owner
from belvedere.export.jobs.download_token import REFUSED, Download, sign, verify
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.objects import AttemptFiles
from belvedere.export.jobs.store import JobStore
from belvedere.export.writers.formats import format_of, media_type
from belvedere.settings import settings
from belvedere.storage.client import s3
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

JOBS = "/api/v1/dashboard/export"
ZIP = "application/zip"


def download_path(workspace: str, job: ExportJob, now: int) -> str:
    """The path and query of a new download link. Blocking."""
    token = sign(Download(workspace, job.job_id, job.attempt), secret=SECRET.value(), now_s=now // SECOND_MS)
    return f"{JOBS}/{job.job_id}/download?token={token}"


async def file_link(job_id: str, token: str, now: int) -> str:
    """A link to the file, signed now. Raises Unauthorized, NotFound, Gone, Conflict, and Forbidden where the owner may
    not read any more what it holds."""
    download = await in_thread(lambda: verify(token, job_id, secret=SECRET.value()))
    store = JobStore(tables(download.workspace).state, settings().export_retention_days)
    job = await in_thread(lambda: store.get(job_id))
    if job is None:
        raise NotFound(f"job_id: there is no export job {job_id[:60]!r}")
    check_there(job, now, store.retention_days)
    if job.attempt != download.attempt:
        raise Forbidden(REFUSED)
    await check_owner(download.workspace, job)
    return await in_thread(lambda: _link(download, job))


def check_there(job: ExportJob, now: int, retention_days: int) -> None:
    """Raises Gone for a job whose file has expired, and Conflict for one that has none."""
    match job.status_at(now, retention_days):
        case Status.EXPIRED:
            raise Gone(f"the file has expired; POST {JOBS}/{job.job_id}/retry makes it anew")
        case Status.COMPLETED:
            return
        case status:
            raise Conflict(f"the export is {status}; it has no file")


def _link(download: Download, job: ExportJob) -> str:
    from belvedere.export.jobs.request import request_of

    request, name = request_of(job.request), job.download_name
    kind = ZIP if name.endswith(".zip") else media_type(format_of(request.format), request.options())
    attempt = AttemptFiles(s3(), settings().export_bucket, download.workspace, job.job_id, download.attempt)
    return attempt.link(attempt.file_key(name), name, kind)
