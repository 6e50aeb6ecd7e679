"""One attempt at a job as its steps see it: the job's record, its files, the tables, and whether to go on.

A step that finds that its attempt does not run any more (cancelled, failed, or begun anew) does nothing and says so:
`{"stopped": true}`. What cannot succeed by trying again ends the job at once; what may is raised, and Step Functions
repeats the step.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from belvedere.auth.caller import Caller
from belvedere.clock import Clock, now_ms
from belvedere.errors import BelvedereError
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.objects import AttemptFiles
from belvedere.export.jobs.store import JobStore
from belvedere.export.sources.data_type import AnswerOf, SourceContext
from belvedere.settings import settings
from belvedere.storage.client import s3
from belvedere.storage.meter import Meter
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables, tables

Result = dict[str, Any]
Announce = Callable[[WorkspaceTable, ExportJob, int], None]  # tells whoever listens that a job has ended
STOPPED: Result = {"stopped": True}
LOOK_S = 2.0  # between two looks at whether the job was cancelled
MILLI = 1_000


class Stopped(Exception):
    """The attempt does not run any more."""


@dataclass(frozen=True)
class JobRun:
    """One attempt at one job."""

    job_id: str
    attempt: int
    store: JobStore
    files: AttemptFiles
    tables: Tables
    slices: int
    memory_mb: int
    announce: Announce
    answer_of: AnswerOf | None = None
    clock: Clock = now_ms

    def job(self) -> ExportJob:
        """The job as it is now. Raises Stopped."""
        job = self.store.get(self.job_id)
        if job is None or job.attempt != self.attempt or job.status not in (Status.QUEUED, Status.PROCESSING):
            raise Stopped
        return job

    def context(self, job: ExportJob, caller: Caller) -> SourceContext:
        """What sources read from, and for whom; in every part they see the time at which the attempt began."""
        return SourceContext(
            tables=self.tables, slices=self.slices, now=job.queued, caller=caller, answer_of=self.answer_of
        )

    def change(self, values: Mapping[str, Any], add: Mapping[str, int] | None = None) -> None:
        """Change the job. Raises Stopped."""
        if not self.store.change(self.job_id, self.attempt, values, now=self.clock(), add=add):
            raise Stopped

    def watch(self) -> Callable[[], None]:
        """Something to call often: every LOOK_S it looks at the job, and raises Stopped."""
        looked = [time.monotonic()]

        def look() -> None:
            if time.monotonic() - looked[0] >= LOOK_S:
                self.job()
                looked[0] = time.monotonic()

        return look

    def is_completed(self) -> bool:
        """Has this attempt ended with a file?"""
        job = self.store.get(self.job_id)
        return job is not None and (job.attempt, job.status) == (self.attempt, Status.COMPLETED)

    def clean_up(self) -> bool:
        """Delete what the attempt has written, of a completed one all but the file; False where it is completed."""
        if self.is_completed():
            self.files.delete_parts()
            return False
        self.files.delete_all()
        return True


def nobody_listens(*_: object) -> None:
    """For steps that end no job."""


def run_of(
    event: Mapping[str, Any], context: Any = None, *, announce: Announce = nobody_listens,
    answer_of: AnswerOf | None = None,
) -> JobRun:  # fmt: skip
    """The attempt that an event of the state machine names; `answer_of` asks routes for what is exported of them."""
    names, workspace = settings(), str(event["workspace"])
    own, attempt = tables(workspace), int(event["attempt"])
    files = AttemptFiles(s3(), names.export_bucket, workspace, str(event["job_id"]), attempt)
    store = JobStore(own.state, names.export_retention_days)
    memory_mb = int(getattr(context, "memory_limit_in_mb", 0) or 0)
    return JobRun(str(event["job_id"]), attempt, store, files, own, names.event_slices, memory_mb, announce, answer_of)


def step(run: JobRun, work: Callable[[JobRun], Result]) -> Result:
    """Do a step, unless the attempt does not run any more."""
    try:
        return {"stopped": False, **work(run)}
    except Stopped:
        return {"stopped": run.clean_up()}


def reading_step(run: JobRun, work: Callable[[JobRun], Result]) -> Result:
    """Do a step that reads for the owner: what they are refused ends the job, with the refusal's own words."""
    from belvedere.export.jobs.finish import fail

    try:
        return step(run, work)
    except BelvedereError as error:
        if error.status >= 500 or error.status == 429:
            raise
        fail(run, error.detail)
        return STOPPED


def used(meter: Meter, started: float) -> dict[str, int]:
    """What a step used, in the attributes that jobs add up; `started` by time.perf_counter."""
    return {
        "read_milli": round(meter.read_units * MILLI),
        "write_milli": round(meter.write_units * MILLI),
        "work_ms": round((time.perf_counter() - started) * 1000),
    }
