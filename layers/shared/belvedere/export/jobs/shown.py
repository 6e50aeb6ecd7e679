"""A job as the API shows it: the documented fields, and beside them what it has done and cost."""

from typing import Any

import msgspec

from belvedere.clock import iso
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.request import request_of


def accepted(job: ExportJob) -> dict[str, Any]:
    """The answer to a request for an export."""
    return {"job_id": job.job_id, "status": job.status.value, "estimated_time": job.estimated_s}


def listed(job: ExportJob, now: int, retention_days: int) -> dict[str, Any]:
    """A job in a list: without its link and its files."""
    request = request_of(job.request)
    expires = job.file_expires(retention_days)
    status = job.status_at(now, retention_days)
    return {
        "job_id": job.job_id,
        "status": status.value,
        "progress": job.progress,
        "error": job.error or None,
        "format": request.format,
        "data_types": list(request.names),
        "date_range": {"start": iso(request.start), "end": iso(request.end), "timezone": request.timezone or "UTC"},
        "rows": job.rows,
        "bytes": job.bytes,
        "attempt": job.attempt,
        "estimated_time": job.estimated_s,
        "created_at": iso(job.created),
        "started_at": _moment(job.started),
        "ended_at": _moment(job.ended),
        "expires_at": _moment(expires),
        "as_of": _moment(job.as_of),
        "cost_nano_usd": job.nano_usd,
    }


def shown(job: ExportJob, now: int, retention_days: int, download_url: str | None) -> dict[str, Any]:
    """A job by itself."""
    files = [msgspec.to_builtins(file) for file in job.files] if job.status is Status.COMPLETED else []
    return {**listed(job, now, retention_days), "download_url": download_url, "files": files}


def _moment(ms: int) -> str | None:
    return iso(ms) if ms else None
