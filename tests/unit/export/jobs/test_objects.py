"""Files of jobs in S3: written in parts that S3 takes, and deleted without a trace."""

from hashlib import sha256

import pytest

from belvedere.errors import Unavailable
from belvedere.export.jobs.objects import PART_BYTES, AttemptFiles
from tests.unit.export.jobs.fake_s3 import LEAST_PART, FakeS3

MIB = 1024 * 1024


def attempt(s3: FakeS3, number: int = 1) -> AttemptFiles:
    return AttemptFiles(s3, "bucket", "demo", "exp_1", number)


def test_parts_are_larger_than_the_least_that_s3_takes() -> None:
    assert PART_BYTES >= LEAST_PART


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7])
@pytest.mark.parametrize("piece", [1_000_003, 9 * MIB])
def test_a_file_of_any_size_arrives_whole_however_it_is_written(size: int, piece: int) -> None:
    s3, content = FakeS3(), bytes(size // 2) + b"x" * (size - size // 2)
    with attempt(s3).upload("key") as upload:
        for at in range(0, size, piece):
            upload.write(content[at : at + piece])
    assert s3.objects == {"key": content}
    assert s3.uploads == {}
    assert (upload.bytes, upload.sha256) == (size, sha256(content).hexdigest())


def test_what_fails_midway_leaves_no_object_and_no_upload() -> None:
    s3 = FakeS3()

    def write() -> None:
        with attempt(s3).upload("key") as upload:
            upload.write(bytes(PART_BYTES + 1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert (s3.objects, s3.uploads) == ({}, {})


def test_an_upload_that_cannot_be_completed_is_aborted_and_says_why() -> None:
    s3 = FakeS3()
    s3.completes = False

    def write() -> None:
        with attempt(s3).upload("key") as upload:
            upload.write(bytes(PART_BYTES + 1))

    with pytest.raises(ConnectionError, match="no answer"):
        write()
    assert (s3.objects, s3.uploads) == ({}, {})


def test_an_upload_that_somebody_else_has_aborted_fails_with_its_own_error() -> None:
    s3 = FakeS3()

    def write() -> None:
        with attempt(s3).upload("key") as upload:
            upload.write(bytes(PART_BYTES + 1))
            s3.uploads.clear()
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write()


def test_deleting_the_parts_leaves_the_file_and_no_upload() -> None:
    s3 = FakeS3()
    files = attempt(s3)
    for key in (files.plan_key, files.part_key(0), files.file_key("x.csv")):
        files.put(key, b"a")
    for key in (files.part_key(1), files.file_key("x.csv")):  # of steps that were killed
        files.upload(key).write(bytes(PART_BYTES))
    files.delete_parts()
    assert (list(s3.objects), s3.uploads) == (["demo/exp_1/1/file/x.csv"], {})


def test_objects_that_cannot_be_deleted_are_an_error() -> None:
    s3 = FakeS3()
    files = attempt(s3)
    files.put(files.part_key(0), b"a")
    s3.undeletable.add(files.part_key(0))
    with pytest.raises(Unavailable, match="InternalError"):
        files.delete_all()


def test_deleting_an_attempt_takes_its_objects_and_uploads_and_nobody_elses() -> None:
    s3 = FakeS3()
    for number in (1, 2):
        files = attempt(s3, number)
        files.put(files.plan_key, b"[]")
        files.put(files.part_key(0), b"a")
        files.upload(files.file_key("x.csv")).write(bytes(PART_BYTES))
    attempt(s3, 1).delete_all()
    assert sorted(s3.objects) == ["demo/exp_1/2/parts/000000", "demo/exp_1/2/plan.json"]
    assert [s3.keys[upload] for upload in s3.uploads] == ["demo/exp_1/2/file/x.csv"]
