"""Begins jobs: notes one, and starts the state machine under a name of its own, so that twice is once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from belvedere.auth.caller import Caller
from belvedere.clock import Clock, now_ms
from belvedere.errors import Conflict, Unavailable
from belvedere.export.jobs.access import check_owner, owner_of, visible_job
from belvedere.export.jobs.body import ExportJobBody
from belvedere.export.jobs.estimate import estimated_s
from belvedere.export.jobs.identity import job_id_of
from belvedere.export.jobs.job import REPEATABLE, ExportJob, Status
from belvedere.export.jobs.request import JobRequest, settle
from belvedere.export.jobs.store import JobStore
from belvedere.export.sources.data_type import Part, Selection, SourceContext
from belvedere.export.sources.registry import data_type
from belvedere.settings import settings
from belvedere.storage.client import step_functions
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

MOST_ATTEMPTS = 20
NOT_NOW = "the export cannot be started now; send the same request again"

Execute = Callable[[str, str], None]  # (name, input); starting what was started is no error


@dataclass(frozen=True)
class Starter:
    """Begins jobs of one workspace."""

    tables: Tables
    store: JobStore
    execute: Execute
    slices: int
    clock: Clock = now_ms

    async def create(self, body: ExportJobBody, caller: Caller, idempotency_key: str | None) -> ExportJob:
        """The job of a request: a new one, or the one that an equal request has begun. Raises what `settle` raises."""
        now, owner = self.clock(), owner_of(caller)
        given = body.model_dump(exclude_none=True)
        job_id = job_id_of(self.store.workspace, owner, given, idempotency_key, now)
        request = await settle(body, caller, now)
        job = ExportJob(
            job_id=job_id, status=Status.QUEUED, attempt=1, owner=owner, request=request.to_json(),
            estimated_s=await self.estimate(request, now), created=now, queued=now, updated=now,
        )  # fmt: skip
        return await in_thread(lambda: self._create(job))

    def _create(self, job: ExportJob) -> ExportJob:
        if not self.store.create(job):
            return self._join(job.job_id)
        self._start(job, before=None)
        return job

    def _join(self, job_id: str) -> ExportJob:
        """The job that an equal request has noted; it is started here, too, in case that request breaks off."""
        job = self.store.get(job_id)
        if job is not None and job.status is Status.QUEUED:
            if self.store.share(job):
                self._execute(job)
                return job
            job = self.store.get(job_id)  # it has begun, or was taken back
        if job is None:
            raise Unavailable(NOT_NOW)
        return job

    async def retry(self, job_id: str, caller: Caller) -> ExportJob:
        """Begin a job anew that failed, was cancelled or has expired. Raises NotFound, Forbidden and Conflict."""
        job = await in_thread(lambda: visible_job(self.store, job_id, caller))
        await check_owner(self.store.workspace, job)
        return await in_thread(lambda: self._retry(job))

    def _retry(self, job: ExportJob) -> ExportJob:
        now = self.clock()
        status = job.status_at(now, self.store.retention_days)
        if status not in REPEATABLE:
            raise Conflict(f"job_id: a job that is {status} cannot be retried; {', '.join(REPEATABLE)} ones can")
        if job.attempt >= MOST_ATTEMPTS:
            raise Conflict(f"job_id: {MOST_ATTEMPTS} attempts were made at this job; ask for a new export")
        again = ExportJob(
            job_id=job.job_id, status=Status.QUEUED, attempt=job.attempt + 1, owner=job.owner, request=job.request,
            estimated_s=job.estimated_s, created=job.created, queued=now, updated=now,
        )  # fmt: skip
        if not self.store.begin_again(again, job):
            raise Conflict("job_id: somebody else has just begun this job anew; read its status")
        self._start(again, before=job)
        return again

    async def estimate(self, request: JobRequest, now: int) -> int:
        """Seconds, by what the rollups count."""
        context = SourceContext(tables=self.tables, slices=self.slices, now=now)
        parts: list[Part] = []
        for data in request.data:
            parts += await data_type(data.name).source(Selection.from_json(data.selection), context).plan()
        return estimated_s(request.format, parts)

    def _start(self, job: ExportJob, before: ExportJob | None) -> None:
        """Start an attempt that this request has noted; one that nobody works on is undone."""
        try:
            self._execute(job)
        except Unavailable:
            self.store.take_back(job, before)
            raise

    def _execute(self, job: ExportJob) -> None:
        """Start the state machine. Raises Unavailable."""
        named = {"workspace": self.store.workspace, "job_id": job.job_id, "attempt": job.attempt}
        try:
            self.execute(execution_name(job), msgspec.json.encode(named | {"format": job.request["format"]}).decode())
        except Exception as error:
            raise Unavailable(NOT_NOW) from error


def execution_name(job: ExportJob) -> str:
    """The name of an attempt's execution, of at most 80 characters.

    Step Functions takes each once in 90 days, which is longer than a job is remembered: when the attempt began is part
    of the name, so that one that is noted anew is not taken for one that has ended.
    """
    return f"{job.job_id}-{job.attempt}-{job.queued}"


def start_execution(name: str, given: str) -> None:
    """Start the state machine of this deployment. Blocking."""
    client = step_functions()
    with suppress(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(stateMachineArn=settings().export_state_machine_arn, name=name, input=given)


def starter(own: Tables) -> Starter:
    """What begins jobs of a workspace in this process."""
    names = settings()
    return Starter(own, JobStore(own.state, names.export_retention_days), start_execution, names.event_slices)


def stop_execution(job: ExportJob) -> None:
    """End an attempt's execution, if it still runs. Blocking."""
    client, arn = step_functions(), settings().export_state_machine_arn.replace(":stateMachine:", ":execution:")
    over = (client.exceptions.ExecutionDoesNotExist, client.exceptions.ValidationException)
    with suppress(*over):  # it has ended, or has not begun and will find the job cancelled
        client.stop_execution(executionArn=f"{arn}:{execution_name(job)}", cause="the job was cancelled")
