"""Reads jobs for the API: one, a page of them, and what became of one whose state machine ended without a word."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from belvedere.auth.caller import Caller
from belvedere.clock import MINUTE_MS, Clock, now_ms
from belvedere.export.jobs.access import may_see, visible_job
from belvedere.export.jobs.finish import UNEXPECTED
from belvedere.export.jobs.job import RUNNING, ExportJob, Status
from belvedere.export.jobs.objects import AttemptFiles
from belvedere.export.jobs.shown import listed
from belvedere.export.jobs.start import execution_name
from belvedere.export.jobs.store import JobStore
from belvedere.settings import settings
from belvedere.storage.attributes import Value
from belvedere.storage.client import s3, step_functions
from belvedere.storage.tables import Tables

SILENT_MS = MINUTE_MS  # a job that says nothing for so long is asked after
ENDED = ("FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED")

Look = Callable[[str], str | None]  # the status of an execution by its name; None where there is none
DeleteFiles = Callable[[ExportJob], None]  # all that an attempt has written


@dataclass(frozen=True)
class JobReader:
    """Reads the jobs of one workspace. Blocking."""

    store: JobStore
    look: Look
    delete_files: DeleteFiles
    clock: Clock = now_ms

    def one(self, job_id: str, caller: Caller) -> ExportJob:
        """A job as it is now. Raises NotFound."""
        return self._settled(visible_job(self.store, job_id, caller))

    def page(self, caller: Caller, page: int, per_page: int) -> dict[str, Any]:
        """The jobs that a caller may see, the newest first, with how many there are."""
        jobs = [job for job in self.store.listed() if may_see(caller, job)]
        first = (page - 1) * per_page
        now = self.clock()
        shown = [listed(job, now, self.store.retention_days) for job in jobs[first : first + per_page]]
        pages = -(-len(jobs) // per_page)
        pagination = {"total": len(jobs), "page": page, "per_page": per_page, "pages": pages}
        return {"jobs": shown, "pagination": pagination}

    def _settled(self, job: ExportJob) -> ExportJob:
        """The job; one whose execution was ended from outside has failed, and leaves nothing."""
        now = self.clock()
        if job.status not in RUNNING or now - job.updated < SILENT_MS:
            return job
        if self.look(execution_name(job)) not in (None, *ENDED):
            return job
        values: dict[str, Value] = {"status": Status.FAILED.value, "ended": now, "error": UNEXPECTED}
        if self.store.change(job.job_id, job.attempt, values, now=now):
            self.delete_files(job)
        return self.store.get(job.job_id) or job


def execution_status(name: str) -> str | None:
    """The status of an execution of this deployment's state machine. Blocking."""
    client = step_functions()
    arn = settings().export_state_machine_arn.replace(":stateMachine:", ":execution:")
    try:
        return str(client.describe_execution(executionArn=f"{arn}:{name}")["status"])
    except client.exceptions.ExecutionDoesNotExist:
        return None


def reader(own: Tables) -> JobReader:
    """What reads the jobs of a workspace in this process."""
    store = JobStore(own.state, settings().export_retention_days)

    def delete_files(job: ExportJob) -> None:
        AttemptFiles(s3(), settings().export_bucket, store.workspace, job.job_id, job.attempt).delete_all()

    return JobReader(store, execution_status, delete_files)
