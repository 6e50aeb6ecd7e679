"""Tells the end of a job on the realtime log, to its owner and to those who may see everything."""

import time
from typing import Any

from belvedere.clock import iso
from belvedere.directory.writing import ConditionFailed, transact
from belvedere.errors import DatabaseUnavailable
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.realtime.changelog.log import append, read_head
from belvedere.realtime.channels import EXPORT
from belvedere.realtime.push.service import start_push
from belvedere.storage.backoff import pause_s
from belvedere.storage.table import WorkspaceTable

ATTEMPTS = 8
FIRST_PAUSE_S = 0.02
TYPES = {Status.COMPLETED: "export_completed", Status.FAILED: "export_failed"}


def announce(state: WorkspaceTable, job: ExportJob, now: int) -> None:
    """Write the message of an ended job down, and have it pushed. Raises DatabaseUnavailable. Blocking."""
    if job.status in TYPES:
        _log(state, {"type": TYPES[job.status], "user": job.owner.user, "export": message(job)}, now)
        start_push(state.workspace)


def message(job: ExportJob) -> dict[str, Any]:
    """What is told of an ended job: nothing of what it holds, and no link."""
    content: dict[str, Any] = {"job_id": job.job_id, "status": job.status.value, "timestamp": iso(job.ended)}
    if job.status is Status.FAILED:
        return content | {"error": job.error}
    return content | {"rows": job.rows, "bytes": job.bytes}


def _log(state: WorkspaceTable, body: dict[str, Any], now: int) -> None:
    for number in range(ATTEMPTS):
        try:
            return transact(state, append(state, read_head(state), EXPORT, body, now))
        except ConditionFailed:
            time.sleep(pause_s(FIRST_PAUSE_S, number))
    raise DatabaseUnavailable("the log is busy")
