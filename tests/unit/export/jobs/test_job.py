"""What is known of a job: its progress, when its file expires, and that all of it is stored."""

import pytest

from belvedere.clock import DAY_MS
from belvedere.export.jobs.job import ExportFile, Status, from_item, to_item
from tests.unit.export.jobs.jobs import NOW, job


def test_a_job_comes_back_as_it_was_stored() -> None:
    file = ExportFile(name="a.csv", sha256="00", rows=2**40, bytes=7)
    stored = job(status=Status.COMPLETED, files=(file,), rows=2**40, part_rows={0: 3, 17: 0}, parts=18, ended=NOW)
    assert from_item(to_item(stored)) == stored


def test_progress_begins_at_nothing_moves_with_parts_and_ends_at_a_hundred() -> None:
    processing = {"status": Status.PROCESSING, "parts": 4}
    seen = [
        job(),
        job(**processing),
        job(**processing, part_rows={0: 1}),
        job(**processing, part_rows={0: 1, 1: 1, 2: 1, 3: 0}),
        job(**processing, part_rows={0: 1, 1: 1, 2: 1, 3: 0}, assembled=50),
        job(**processing, part_rows={0: 1, 1: 1, 2: 1, 3: 0}, assembled=100),
        job(status=Status.COMPLETED, parts=4),
    ]
    progress = [one.progress for one in seen]
    assert (progress[0], progress[-1]) == (0, 100)
    assert progress == sorted(set(progress))


def test_a_job_whose_file_was_deleted_had_come_to_its_end() -> None:
    assert job(status=Status.EXPIRED, parts=2, part_rows={0: 1, 1: 1}, assembled=100).progress == 100


@pytest.mark.parametrize(("age_ms", "status"), [(7 * DAY_MS - 1, Status.COMPLETED), (7 * DAY_MS, Status.EXPIRED)])
def test_a_completed_job_expires_with_its_file(age_ms: int, status: Status) -> None:
    assert job(status=Status.COMPLETED, ended=NOW).status_at(NOW + age_ms, 7) is status


def test_other_ends_do_not_expire() -> None:
    assert job(status=Status.FAILED, ended=NOW).status_at(NOW + 99 * DAY_MS, 7) is Status.FAILED
