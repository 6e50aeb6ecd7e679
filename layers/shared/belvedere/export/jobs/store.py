"""Export jobs in State. Each change holds only while the job is at what the change is made for.

A part's progress is one UpdateItem, under the part's own attribute: repeated, it counts once; of a job that was
cancelled meanwhile, or is at another attempt, it does not count at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from belvedere.clock import DAY_MS, SECOND_MS
from belvedere.export.jobs.job import PART_ATTRIBUTE, RECORD_DAYS, RUNNING, ExportJob, Status, from_item, to_item
from belvedere.storage.attributes import Item, Value, encode, encode_item
from belvedere.storage.keys.state import export_job_key, export_jobs_partition
from belvedere.storage.table import WorkspaceTable

SHARED = "shared"  # the attribute of an attempt that several requests have started
ADDED = ("read_milli", "write_milli", "work_ms")


class JobStore:
    """The jobs of one workspace; blocking."""

    def __init__(self, state: WorkspaceTable, retention_days: int) -> None:
        self._state = state
        self.retention_days = retention_days

    @property
    def workspace(self) -> str:
        """Whose jobs these are."""
        return self._state.workspace

    def get(self, job_id: str) -> ExportJob | None:
        """A job as it is now; consistent."""
        item = self._state.get(export_job_key(self.workspace, job_id), consistent=True)
        return from_item(item) if item else None

    def listed(self) -> list[ExportJob]:
        """All jobs, the newest first."""
        jobs = map(from_item, self._state.query(export_jobs_partition(self.workspace), consistent=True))
        return sorted(jobs, key=lambda job: (-job.created, job.job_id))

    def create(self, job: ExportJob) -> bool:
        """Note a new job; False where there is one of this id."""
        return self._state.attempt(
            "put_item", Item=encode_item(self._item(job)), ConditionExpression="attribute_not_exists(pk)"
        )

    def begin_again(self, job: ExportJob, before: ExportJob) -> bool:
        """Replace a job by its next attempt; False where it changed since it was read."""
        return self._state.attempt(
            "put_item",
            Item=encode_item(self._item(job)),
            ConditionExpression="attempt = :attempt AND #status = :status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":attempt": encode(before.attempt), ":status": encode(before.status.value)},
        )

    def share(self, job: ExportJob) -> bool:
        """Note that an equal request starts a queued job, too; nobody takes it back then. False if it has begun."""
        return self._update(job.job_id, job.attempt, {SHARED: True}, {}, (Status.QUEUED,), "")

    def take_back(self, job: ExportJob, before: ExportJob | None) -> None:
        """Undo an attempt that could not be started, unless it is shared: forget it, or store what was before."""
        condition: dict[str, Any] = {
            "ConditionExpression": "attempt = :attempt AND #status = :status AND attribute_not_exists(#shared)",
            "ExpressionAttributeNames": {"#status": "status", "#shared": SHARED},
            "ExpressionAttributeValues": {":attempt": encode(job.attempt), ":status": encode(Status.QUEUED.value)},
        }
        if before is not None:
            self._state.attempt("put_item", Item=encode_item(self._item(before)), **condition)
        else:
            key = self._state.key(export_job_key(self.workspace, job.job_id))
            self._state.attempt("delete_item", Key=key, **condition)

    def change(
        self, job_id: str, attempt: int, values: Mapping[str, Value], *, now: int,
        during: Iterable[Status] = RUNNING, add: Mapping[str, int] | None = None,
    ) -> bool:  # fmt: skip
        """Set attributes, and add to others, while an attempt is at one of some statuses; False where it is not."""
        return self._update(job_id, attempt, {**values, "updated": now}, add or {}, tuple(during), "")

    def part_done(
        self, job_id: str, attempt: int, number: int, rows: int, *, now: int, used: Mapping[str, int]
    ) -> bool:
        """Note that a part was written, once; False where the attempt does not run any more."""
        name = f"{PART_ATTRIBUTE}{number}"
        running = (Status.PROCESSING,)
        values: dict[str, Value] = {name: rows, "updated": now}
        if self._update(job_id, attempt, values, {name: used[name] for name in ADDED}, running, name):
            return True
        job = self.get(job_id)
        return job is not None and job.attempt == attempt and job.status in running

    def _update(
        self, job_id: str, attempt: int, values: Mapping[str, Value], add: Mapping[str, int],
        during: tuple[Status, ...], absent: str,
    ) -> bool:  # fmt: skip
        names = {f"#{name}": name for name in (*values, *add, "status")}
        updates = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        updates += " ADD " + ", ".join(f"#{name} :{name}" for name in add) if add else ""
        allowed = {f":during{number}": encode(status.value) for number, status in enumerate(during)}
        condition = f"attempt = :attempt_now AND #status IN ({', '.join(allowed)})"
        if absent:
            condition += f" AND attribute_not_exists(#{absent})"
        written = {f":{name}": encode(value) for name, value in {**values, **add}.items()}
        return self._state.attempt(
            "update_item",
            Key=self._state.key(export_job_key(self.workspace, job_id)),
            UpdateExpression=updates,
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=written | allowed | {":attempt_now": encode(attempt)},
        )

    def _item(self, job: ExportJob) -> Item:
        key = export_job_key(self.workspace, job.job_id)
        until = job.queued + (self.retention_days + RECORD_DAYS) * DAY_MS
        return {"pk": self._state.own(key.pk), "sk": key.sk, **to_item(job), "expires": until // SECOND_MS}


def ended_values(job: ExportJob) -> dict[str, Any]:
    """The attributes that the end of a job writes."""
    item = to_item(job)
    names = ("status", "ended", "rows", "bytes", "files", "download_name", "error", "nano_usd", "assembled")
    return {name: item[name] for name in names}


def replaced(job: ExportJob, **changes: Any) -> ExportJob:
    """The job with other values."""
    return msgspec.structs.replace(job, **changes)
