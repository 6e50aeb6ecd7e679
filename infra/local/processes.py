"""Background processes: started in a session of their own, remembered in a file, ended only if they are still ours."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from belvedere_cli.deployment import PRIVATE
from infra.local.settings import ROOT

POLL_S = 0.05


def start(command: Sequence[str], *, pid_file: Path, log: Path, env: Mapping[str, str]) -> int:
    """Start a command in the background; its output goes to `log`. Nobody else may read what it writes."""
    for file in (pid_file, log):
        file.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True, umask=PRIVATE,
        )  # fmt: skip
    remembered = {"pid": process.pid, "born": born(process.pid), "command": list(command)}
    pid_file.write_text(json.dumps(remembered))
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
    remembered = _remembered(pid_file)
    if remembered is None:
        return None
    pid = int(remembered["pid"])
    _reap(pid)
    return pid if born(pid) is not None and born(pid) == remembered["born"] else None


def command_of(pid_file: Path) -> list[str]:
    """How the remembered process was started."""
    remembered = _remembered(pid_file)
    return list(remembered["command"]) if remembered else []


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


def born(pid: int) -> str | None:
    """When a process started, in whatever unit the system keeps; with the pid it names one process for good."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    listed = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = listed.stdout.strip().partition(" ")
    return started.strip() or None if not state.startswith("Z") else None


def _remembered(pid_file: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(pid_file.read_text()))
    except (OSError, ValueError):
        return None


def _reap(pid: int) -> None:
    """Collect a child of this very process that has ended, or it would look alive for ever."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
