"""The last step of an attempt, which may be killed anywhere and is then repeated."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from belvedere import cost
from belvedere.errors import Unavailable
from belvedere.export.jobs.finish import fail_by_machine, finish
from belvedere.export.jobs.job import RUNNING, ExportJob, Status
from belvedere.export.jobs.objects import AttemptFiles
from belvedere.export.jobs.run import JobRun, step
from belvedere.export.jobs.store import JobStore
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables
from tests.unit.export.jobs.fake_s3 import FakeS3
from tests.unit.export.jobs.jobs import NOW, job

FILE, ROWS = "demo/exp_000000000000000000000001/1/file/x.csv", "demo/exp_000000000000000000000001/1/parts/000000"
ERROR = {"Error": "States.Timeout", "Cause": "Task timed out"}


@pytest.fixture(autouse=True)
def prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "prices", lambda: cost.load(cost.BUNDLED))


class StoreOfOneJob:
    """A store that holds one job, which changes while it runs."""

    def __init__(self, stored: ExportJob) -> None:
        self.job = stored

    def get(self, job_id: str) -> ExportJob | None:
        return self.job if job_id == self.job.job_id else None

    def change(self, job_id: str, attempt: int, values: Mapping[str, Any], **_: Any) -> bool:
        if (self.job.job_id, self.job.attempt) != (job_id, attempt) or self.job.status not in RUNNING:
            return False
        self.job = msgspec.structs.replace(self.job, **{**values, "status": Status(values["status"])})
        return True


class Attempt:
    """An attempt whose file is assembled, and what is told of its end."""

    def __init__(self, status: Status = Status.PROCESSING) -> None:
        self.s3 = FakeS3()
        self.store = StoreOfOneJob(job(status=status))
        self.messages: list[Status] = []
        files = AttemptFiles(self.s3, "bucket", "demo", self.store.job.job_id, 1)
        for key in (FILE, ROWS):
            files.put(key, b"a")
        self.run = JobRun(
            job_id=self.store.job.job_id, attempt=1, store=cast("JobStore", self.store), files=files,
            tables=cast("Tables", SimpleNamespace(state=None)), slices=1, memory_mb=512, announce=self._announce,
            clock=lambda: NOW,
        )  # fmt: skip

    def _announce(self, _state: WorkspaceTable, ended: ExportJob, _now: int) -> None:
        self.messages.append(ended.status)


def broken_off() -> Attempt:
    """An attempt that is completed, but whose rows S3 would not delete."""
    attempt = Attempt()
    attempt.s3.undeletable.add(ROWS)
    with pytest.raises(Unavailable):
        step(attempt.run, finish)
    attempt.s3.undeletable.clear()
    return attempt


def test_a_finished_attempt_is_completed_told_and_leaves_the_file_alone() -> None:
    attempt = Attempt()
    assert step(attempt.run, finish) == {"stopped": False}
    assert (attempt.store.job.status, attempt.messages, list(attempt.s3.objects)) == (
        Status.COMPLETED, [Status.COMPLETED], [FILE],
    )  # fmt: skip


def test_a_finish_that_was_broken_off_after_its_change_is_done_by_its_repetition() -> None:
    attempt = broken_off()
    assert attempt.store.job.status is Status.COMPLETED
    assert step(attempt.run, finish) == {"stopped": False}
    assert (attempt.messages, list(attempt.s3.objects)) == ([Status.COMPLETED], [FILE])


def test_a_completed_job_does_not_fail_by_its_finish_but_is_finished() -> None:
    attempt = broken_off()
    fail_by_machine(attempt.run, ERROR)
    assert (attempt.store.job.status, attempt.messages, list(attempt.s3.objects)) == (
        Status.COMPLETED, [Status.COMPLETED], [FILE],
    )  # fmt: skip


def test_a_step_that_comes_after_the_end_leaves_no_rows_beside_the_file() -> None:
    attempt = Attempt(Status.COMPLETED)
    assert attempt.run.clean_up() is False
    assert list(attempt.s3.objects) == [FILE]


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED, Status.EXPIRED])
def test_a_job_that_has_ended_otherwise_is_not_finished_and_nothing_of_it_is_left(status: Status) -> None:
    attempt = Attempt(status)
    assert step(attempt.run, finish) == {"stopped": True}
    assert (attempt.store.job.status, attempt.messages, attempt.s3.objects) == (status, [], {})
