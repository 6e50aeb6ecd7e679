"""What the local tooling keeps on disk: fingerprints, artifacts, outputs, saved state, pids."""

import dataclasses
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from belvedere_cli.errors import CommandError
from infra.local import emulator, outputs, processes
from infra.local.deploy import artifacts
from infra.local.deploy.sources import fingerprint
from infra.local.settings import LocalSettings, aws_environment


def source_tree(root: Path) -> Path:
    (root / "code").mkdir(parents=True)
    (root / "code" / "a.py").write_text("A = 1\n")
    (root / "code" / "b.py").write_text("B = 2\n")
    return root


def test_a_fingerprint_changes_with_content_and_place_only(tmp_path: Path) -> None:
    root = source_tree(tmp_path)
    first = fingerprint(["code"], root)
    os.utime(root / "code" / "a.py", (0, 0))
    (root / "code" / "__pycache__").mkdir()
    (root / "code" / "__pycache__" / "a.pyc").write_bytes(b"compiled")
    assert fingerprint(["code"], root) == first
    (root / "code" / "a.py").rename(root / "code" / "c.py")
    moved = fingerprint(["code"], root)
    (root / "code" / "c.py").write_text("A = 2\n")
    assert len({first, moved, fingerprint(["code"], root)}) == 3


def test_a_zip_holds_sources_and_pyc_that_need_no_recompiling(tmp_path: Path) -> None:
    folder = source_tree(tmp_path) / "code"
    with zipfile.ZipFile(io.BytesIO(artifacts.zipped(folder))) as archive:
        names = archive.namelist()
        compiled = archive.read(next(name for name in names if name.endswith(".pyc") and "/a." in name))
    assert {"a.py", "b.py"} < set(names)
    assert int.from_bytes(compiled[4:8], "little") == 0b01  # PEP 552: by hash, and the hash is not checked


class FakeS3:
    def __init__(self) -> None:
        self.puts: list[str] = []

    def create_bucket(self, **_: Any) -> None: ...

    def list_objects_v2(self, Prefix: str, **_: Any) -> dict[str, int]:
        return {"KeyCount": self.puts.count(Prefix)}

    def put_object(self, Key: str, **_: Any) -> None:
        self.puts.append(Key)


def test_a_bucket_that_is_there_is_taken_and_another_refusal_is_told(tmp_path: Path) -> None:
    class Refusing(FakeS3):
        code = "BucketAlreadyOwnedByYou"

        def create_bucket(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": self.code}}, "CreateBucket")

    s3 = Refusing()
    assert artifacts.publish({"Resources": {}}, tmp_path, s3) == 0
    s3.code = "AccessDenied"
    with pytest.raises(ClientError):
        artifacts.publish({"Resources": {}}, tmp_path, s3)


def test_folders_with_the_same_code_are_uploaded_once(tmp_path: Path) -> None:
    for name in ("One", "Two"):
        source_tree(tmp_path / name)
    template = {
        "Resources": {
            name: {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": name}} for name in ("One", "Two")
        }
    }
    s3 = FakeS3()
    assert artifacts.publish(template, tmp_path, s3) == 1
    where = [resource["Properties"]["CodeUri"] for resource in template["Resources"].values()]
    assert where == [{"Bucket": artifacts.BUCKET, "Key": s3.puts[0]}] * 2
    assert len(s3.puts) == 1


OUTPUTS = Outputs(
    url="http://127.0.0.1:1", ws_url=None, emulator="ministack", emulator_url="http://127.0.0.1:2",
    workspace="demo", write_key="w", read_key="r", admin_key="a", tables={"events": "E", "state": "S"},
    functions={"ops.health": "f"},
    state_machine_arn=None, log_group="l", failures_queue="q", api_url="http://127.0.0.1:2/x", websocket_upstream=None,
)  # fmt: skip


def test_outputs_are_for_their_owner_only_and_read_back(tmp_path: Path) -> None:
    settings = LocalSettings(state_dir=tmp_path)
    deployment.write(settings.state_dir, OUTPUTS)
    deployment.write(settings.state_dir, dataclasses.replace(OUTPUTS, read_key="r2"))
    assert stat.S_IMODE(settings.outputs_file.stat().st_mode) == 0o600
    assert deployment.needed(settings.state_dir).read_key == "r2"


def test_a_stack_is_found_where_it_was_deployed(tmp_path: Path) -> None:
    assert outputs.place(OUTPUTS, tmp_path) == LocalSettings(1, 2, "ministack", tmp_path)


@pytest.mark.parametrize("content", [None, "", "{}", '{"url": 1, "old": 2}'])
def test_outputs_of_nothing_or_of_another_version_are_none(tmp_path: Path, content: str | None) -> None:
    settings = LocalSettings(state_dir=tmp_path)
    if content is not None:
        settings.outputs_file.write_text(content)
    assert deployment.read(settings.state_dir) is None
    with pytest.raises(CommandError, match="make up"):
        deployment.needed(settings.state_dir)


def test_the_environment_of_the_functions_names_tables_and_no_real_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-real-one")
    environment = OUTPUTS.environment()
    assert environment["EVENTS_TABLE"] == "E"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:2"
    assert "AWS_PROFILE" not in environment


def test_what_is_there_is_taken_from_everybody_else(tmp_path: Path) -> None:
    for name in ("state/lambda.json", "logs/a.log", "build/run.sh"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    processes.make_private(tmp_path, but=("build",))
    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {mode for name, mode in modes.items() if not name.startswith("build")} == {0o700, 0o600}
    assert modes["build/run.sh"] == 0o755
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_what_a_stopping_process_deletes_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [(str(tmp_path), ["gone"], ["gone.log"]), (str(tmp_path / "gone"), [], [])]
    monkeypatch.setattr(processes.os, "walk", lambda _: seen)
    processes.make_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_nobody_else_may_read_what_a_process_writes(tmp_path: Path) -> None:
    log, written = tmp_path / "logs" / "a.log", tmp_path / "written"
    command = [sys.executable, "-c", f"import pathlib; pathlib.Path({str(written)!r}).mkdir()"]
    processes.start(command, pid_file=tmp_path / "a.json", log=log, env=os.environ)
    while processes.running(tmp_path / "a.json"):
        pass
    assert stat.S_IMODE(written.stat().st_mode) == 0o700


def test_who_reads_what_a_stop_prints_does_not_wait_until_its_files_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, Any]] = []
    monkeypatch.setattr(emulator.subprocess, "Popen", lambda _, **how: started.append(how))
    emulator._fresh(tmp_path / "tmp")
    (tmp_path / "tmp" / "unpacked").write_text("a function")
    emulator._fresh(tmp_path / "tmp")
    assert list((tmp_path / "tmp").iterdir()) == []
    (how,) = started
    assert {how[name] for name in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}


def sleeper(tmp_path: Path) -> Path:
    pid_file = tmp_path / "run" / "sleeper.json"
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    processes.start(command, pid_file=pid_file, log=tmp_path / "sleeper.log", env=aws_environment(LocalSettings()))
    return pid_file


def test_a_process_is_known_until_it_is_stopped(tmp_path: Path) -> None:
    pid_file = sleeper(tmp_path)
    assert processes.running(pid_file)
    assert processes.stop(pid_file)
    assert processes.running(pid_file) is None
    assert not processes.stop(pid_file)


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended; one that has may wait to be collected by its parent, this test."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_process_that_an_earlier_version_started_is_stopped(tmp_path: Path) -> None:
    pid_file = sleeper(tmp_path)
    record = json.loads(pid_file.read_text())
    pid_file.write_text(json.dumps({"pid": record["pid"], "born": "262513", "command": record["command"]}))
    assert processes.stop(pid_file)
    assert not runs(record["pid"])


def test_a_pid_that_now_belongs_to_a_stranger_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file = tmp_path / "sleeper.json"
    command = psutil.Process(stranger.pid).cmdline()
    pid_file.write_text(json.dumps({"pid": stranger.pid, "created": 1.0, "command": command}))
    try:
        assert not processes.stop(pid_file)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
