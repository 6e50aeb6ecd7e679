"""A private PostgreSQL: its own cluster in a temporary folder, on a free port of 127.0.0.1, gone afterwards."""

import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import needs
from infra.local import ports
from infra.local.settings import HOST

ADMIN = "bench"
# Generous with memory and careless of crashes: all in the peer's favour.
SETTINGS = {
    "listen_addresses": HOST, "shared_buffers": "512MB", "work_mem": "128MB", "maintenance_work_mem": "256MB",
    "fsync": "off", "synchronous_commit": "off", "autovacuum": "off", "unix_socket_directories": "",
}  # fmt: skip
START_S, POLL_S = 30.0, 0.1


@contextmanager
def postgres(programs: Path) -> Iterator[Any]:
    """A connection to a new, empty cluster."""
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-pg-") as folder:
        user = needs.server_user()
        if user:
            owner = pwd.getpwnam(user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = Path(folder) / "data", ports.free_port()
        new = [str(programs / "initdb"), "-D", str(data), "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(new, user=user, cwd=folder, env=_bare(), stdout=subprocess.DEVNULL, check=True)
        address = f"host={HOST} port={port} user={ADMIN} dbname=postgres"
        with _server(programs, data, port, user), _connection(address) as connection:
            yield connection


def _connection(address: str) -> Any:
    """A connection, as soon as the server that listens already is done with starting up."""
    import psycopg

    deadline = time.monotonic() + START_S
    while True:
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)


@contextmanager
def _server(programs: Path, data: Path, port: int, user: str | None) -> Iterator[None]:
    options = [option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}")]
    command: Sequence[str] = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, user=user, cwd=data, env=_bare(), stdout=quiet, stderr=quiet)
    try:
        if not ports.wait_until(lambda: ports.listening(port), seconds=START_S, alive=lambda: process.poll() is None):
            raise RuntimeError("PostgreSQL did not start")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: open connections are closed
        process.wait()


def _bare() -> dict[str, str]:
    """No PG variables of whoever runs this."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
