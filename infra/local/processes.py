"""Background processes: started in a session of their own, remembered in a file, ended only if they are still ours."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from belvedere_cli.deployment import PRIVATE
from infra.local.settings import ROOT

POLL_S = 0.05
CLOCK_STEP_S = 60.0  # by which the time that a process began at may seem to change when the machine's clock is set


@dataclass(frozen=True)
class ProcessRecord:
    """What names one process for good: its pid, its command, and when it began (Unix time)."""

    pid: int
    command: list[str]
    created: float | None = None  # a file that an earlier version wrote does not tell


def start(command: Sequence[str], *, pid_file: Path, log: Path, env: Mapping[str, str]) -> int:
    """Start a command in the background; its output goes to `log`. Nobody else may read what it writes."""
    for file in (pid_file, log):
        file.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True, umask=PRIVATE,
        )  # fmt: skip
    record = ProcessRecord(process.pid, list(command), psutil.Process(process.pid).create_time())
    pid_file.write_text(json.dumps(asdict(record)))
    return process.pid


def make_private(folder: Path, but: Collection[str] = ()) -> None:
    """Make a folder, or take it and what is in it from everybody but its owner; `but` are folders in it to leave."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, folders, files in os.walk(folder):
        place = Path(name)
        if place == folder:
            folders[:] = [inner for inner in folders if inner not in but]
        _restrict(place, 0o700)
        for file in (place / inner for inner in files):
            if not file.is_symlink():
                _restrict(file, 0o600)


def _restrict(path: Path, mode: int) -> None:
    """Set a file's or a folder's mode; one that a process has just deleted needs none."""
    with contextlib.suppress(FileNotFoundError):
        path.chmod(mode)


def running(pid_file: Path) -> int | None:
    """The pid of the process that this file remembers, if that very process still runs."""
    record = _record(pid_file)
    if record is None:
        return None
    try:
        process = psutil.Process(record.pid)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(0)  # collects a child of this very process that has ended, or it would look alive for ever
        return record.pid if _is_of(process, record) else None
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # it has ended, or its pid is somebody else's now
        return None


def _is_of(process: psutil.Process, record: ProcessRecord) -> bool:
    """Whether a process is the one that was remembered, and has not ended. Raises psutil.NoSuchProcess."""
    arguments = process.cmdline()[1:]  # the program itself may have gone on to another path, as Python does on macOS
    if process.status() == psutil.STATUS_ZOMBIE or arguments != record.command[1:]:
        return False
    return record.created is None or abs(process.create_time() - record.created) < CLOCK_STEP_S


def command_of(pid_file: Path) -> list[str]:
    """How the remembered process was started."""
    record = _record(pid_file)
    return record.command if record else []


def stop(pid_file: Path, grace_s: float = 20.0) -> bool:
    """End the remembered process and what it started; True if there was one. A pid that is a stranger's now is left."""
    pid = running(pid_file)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + grace_s
        while running(pid_file) is not None and time.monotonic() < deadline:
            time.sleep(POLL_S)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # it led its own group; only its own children can be in there
    pid_file.unlink(missing_ok=True)
    return pid is not None


def _record(pid_file: Path) -> ProcessRecord | None:
    try:
        content = json.loads(pid_file.read_text())
        return ProcessRecord(content["pid"], content["command"], content.get("created"))
    except (OSError, ValueError, TypeError, KeyError):
        return None
