"""Snapshots on the disk: there are only whole ones, the newest counts, and what they share stays while it is needed."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local import snapshots
from infra.local.ministack import saver, state
from infra.local.snapshots import Manifest

KEY = ("000000000000", "us-east-1", "T")


def take(folder: Path, taken: float = 1.0, *, final: bool = False, content: bytes = b"") -> Path:
    writing = snapshots.begin(folder)
    blobs = [snapshots.store_blob(folder, content)] if content else []
    snapshots.write(writing / "sqs.json", json.dumps({"__ministack_format__": 2, "payload": {"at": taken}}).encode())
    return snapshots.put_in_place(folder, writing, Manifest(taken, final, ["sqs"], blobs))


def test_the_newest_counts_and_the_one_before_it_stays(tmp_path: Path) -> None:
    written = [take(tmp_path, taken) for taken in (1.0, 2.0, 3.0)]
    snapshots.tidy(tmp_path)
    assert snapshots.newest_first(tmp_path) == [written[2], written[1]]
    assert snapshots.newest(tmp_path) == Manifest(3.0, services=["sqs"])


def test_a_snapshot_that_was_not_finished_is_none(tmp_path: Path) -> None:
    take(tmp_path)
    half = snapshots.begin(tmp_path)
    snapshots.write(half / "sqs.json", b"{")
    assert snapshots.newest(tmp_path) == Manifest(1.0, services=["sqs"])
    snapshots.tidy(tmp_path)
    assert not half.exists()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    snapshot = take(tmp_path / "state", content=b"code")
    files = [*snapshot.iterdir(), *(tmp_path / "state" / "blobs").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (snapshot, snapshot.parent / "blobs")} == {0o700}


def test_shared_code_stays_while_a_kept_snapshot_needs_it(tmp_path: Path) -> None:
    for number, content in enumerate((b"first", b"second", b"second", b"third")):
        take(tmp_path, number, content=content)
    snapshots.tidy(tmp_path)
    digests = [digest for snapshot in snapshots.newest_first(tmp_path) for digest in snapshots.manifest(snapshot).blobs]
    assert [snapshots.load_blob(tmp_path, digest) for digest in digests] == [b"third", b"second"]
    assert len(list((tmp_path / "blobs").iterdir())) == 2


def test_a_damaged_blob_is_told(tmp_path: Path) -> None:
    digest = snapshots.store_blob(tmp_path, b"code")
    (tmp_path / "blobs" / digest).write_bytes(b"c0de")
    with pytest.raises(ValueError, match="damaged"):
        snapshots.load_blob(tmp_path, digest)


def test_what_the_emulator_saved_itself_goes_when_there_is_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "sqs.json").write_text("{}")
    snapshots.tidy(tmp_path)
    assert (tmp_path / "sqs.json").exists()
    take(tmp_path)
    snapshots.tidy(tmp_path)
    assert not (tmp_path / "sqs.json").exists()


@pytest.mark.parametrize("broken", ["", "{", '{"payload": {}}', '{"__ministack_format__": 99, "payload": {}}'])
def test_a_snapshot_with_a_file_that_cannot_be_read_is_not_half_restored(tmp_path: Path, broken: str) -> None:
    snapshot = take(tmp_path)
    (snapshot / "sqs.json").write_text(broken)
    with pytest.raises(ValueError):
        state.read(snapshot)
    (snapshot / "sqs.json").unlink()
    with pytest.raises(OSError, match="sqs"):
        state.read(snapshot)


def test_state_comes_back_as_it_was(tmp_path: Path) -> None:
    code = os.urandom(state.LARGE)
    tables = state.dynamodb.AccountRegionScopedDict()
    names = {"__scoped__": {"S": "x"}, "__bytes__": {"M": {"__blob__": {"B": "AA=="}}}, "é": {"N": "1"}}
    tables._data[KEY] = {"items": {"p": {"s": names}}, "small": b"\xff", "code": code}
    digests = {id(code): snapshots.store_blob(tmp_path, code)}
    writing = snapshots.begin(tmp_path)
    content = state.encoded("dynamodb", {"tables": tables}, digests)
    assert len(content) < state.LARGE
    snapshots.write(writing / "dynamodb.json", content)
    snapshot = snapshots.put_in_place(tmp_path, writing, Manifest(1.0, services=["dynamodb"]))
    assert state.read(snapshot)["dynamodb"]["tables"]._data == tables._data


def records(*numbers: int) -> list[dict[str, int]]:
    return [{"number": number} for number in numbers]


@pytest.mark.parametrize(("position", "trimmed", "left"), [(0, 0, [1, 2, 3]), (2, 0, [3]), (3, 0, []), (7, 5, [3])])
def test_what_a_stream_has_still_to_hand_on_is_saved(
    monkeypatch: pytest.MonkeyPatch, position: int, trimmed: int, left: list[int]
) -> None:
    mapping = {"EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/x"}
    for module, name, content in (
        (state.dynamodb, "_stream_records", {KEY: records(1, 2, 3)}),
        (state.dynamodb, "_stream_trimmed", {KEY: trimmed}),
        (state.lambda_svc, "_esms", {(*KEY[:2], "m"): mapping}),
        (state.lambda_svc, "_dynamodb_stream_positions", {(*KEY[:2], "m"): position}),
    ):
        store = state.dynamodb.AccountRegionScopedDict()
        store._data.update(content)
        monkeypatch.setattr(module, name, store)
    assert state._unread()._data == {KEY: records(*left)}


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """What MiniStack's start would load for a service, where it finds its own files."""
    own = {"lambda": {state.POSITIONS: {"m": 7}, "functions": {"f": 1}}, "sqs": {"own": True}}
    monkeypatch.setattr(state.persistence, "load_state", own.get)
    monkeypatch.setattr(state.app, "load_state", None)
    return lambda service: state.app.load_state(service)


def test_mappings_read_the_saved_streams_from_the_first_record(start: Callable[[str], Any]) -> None:
    state.restore({})
    assert start("lambda") == {state.POSITIONS: {}, "functions": {"f": 1}}


def test_where_there_is_a_snapshot_the_emulators_own_files_do_not_count(start: Callable[[str], Any]) -> None:
    state.restore({state.STREAMS: {}, "sqs": {"snapshot": True}, "kms": {}})
    assert (start("sqs"), start("kms"), start("lambda")) == ({"snapshot": True}, {}, None)


def test_saving_takes_a_twentieth_of_a_core_and_is_soon_enough_at_demo_size() -> None:
    assert saver.pause(0.01) == saver.LEAST_S
    assert saver.pause(0.4) + saver.GATHER_S <= 10
    assert saver.pause(30) == 600


def scope(method: str, target: str = "", kind: str = "http") -> dict[str, object]:
    return {"type": kind, "method": method, "headers": [(b"x-amz-target", target.encode())]}


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        (scope("POST", "DynamoDB_20120810.PutItem"), True),
        (scope("POST", "DynamoDB_20120810.TransactWriteItems"), True),
        (scope("POST"), True),
        (scope("DELETE"), True),
        (scope("GET"), False),
        (scope("POST", "DynamoDB_20120810.Query"), False),
        (scope("POST", "DynamoDB_20120810.BatchGetItem"), False),
        ({"type": "websocket"}, False),
    ],
)  # fmt: skip
def test_reading_is_no_change(asked: dict[str, object], changes: bool) -> None:
    assert saver.changes(asked) is changes
