"""The AWS emulator: MiniStack as a process of ours, or a LocalStack that somebody else runs.

Its state is saved while it runs and when it is asked to end (`ministack/saver.py`), and loaded when it starts.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from infra.local import ports, processes
from infra.local.settings import HOST, LocalError, LocalSettings, aws_environment

NAME = "emulator"
START_S = 180.0
STOP_S = 120.0
SAVED = "/_belvedere/saved"
IDLE_WORKER_S = 180


def start(settings: LocalSettings) -> None:
    """Begin starting the emulator; `wait` tells when it is there. Nothing happens when it runs already.

    Raises LocalError for a LocalStack that is not there, before anything is built for it.
    """
    if not settings.embedded:
        _find_localstack(settings)
    if not settings.embedded or running(settings):
        return
    if ports.listening(settings.emulator_port):
        raise LocalError(
            f"Port {settings.emulator_port} of {HOST} is taken by something that this stack did not start. "
            f"Stop that, or choose another port: make up EMULATOR_PORT=4666"
        )
    _fresh(settings.state_dir / "tmp")
    processes.start(
        [sys.executable, "-m", "infra.local.ministack.process"],
        pid_file=settings.pid_file(NAME),
        log=settings.log(NAME),
        env=environment(settings),
    )


def _fresh(folder: Path) -> None:
    """An empty folder; what was in it (functions unpacked by the last run) goes while nobody waits."""
    if folder.exists():
        old = folder.rename(folder.with_name(f"{folder.name}-{time.time_ns()}"))
        nowhere = subprocess.DEVNULL  # or whoever reads what we print would wait for it
        subprocess.Popen(["rm", "-rf", str(old)], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    folder.mkdir(parents=True)


def wait(settings: LocalSettings) -> None:
    """Return when the emulator answers; raise LocalError saying why it does not."""
    if not settings.embedded:
        return _find_localstack(settings)
    ready = f"{settings.emulator_url}/_ministack/ready"
    if not ports.wait_until(lambda: ports.answers(ready), seconds=START_S, alive=lambda: running(settings)):
        raise LocalError(f"The emulator did not start. The end of {settings.log(NAME)}:\n{tail(settings)}")
    return None


def running(settings: LocalSettings) -> bool:
    """True when an emulator that this stack started runs."""
    return settings.embedded and processes.running(settings.pid_file(NAME)) is not None


def absent(settings: LocalSettings) -> bool:
    """True when nobody is where our emulator would be; of a LocalStack, its own clients tell."""
    return settings.embedded and not ports.listening(settings.emulator_port)


def stop(settings: LocalSettings) -> bool:
    """End the emulator if this stack started it; True if it did. What its functions were unpacked to goes with it."""
    stopped = settings.embedded and processes.stop(settings.pid_file(NAME), grace_s=STOP_S)
    if stopped:
        _fresh(settings.state_dir / "tmp")
    return stopped


def saving(settings: LocalSettings) -> dict[str, Any]:
    """What a running emulator says of its data: when it was `saved`, what is `unsaved_since`, what was `restored`."""
    with urllib.request.urlopen(f"{settings.emulator_url}{SAVED}", timeout=10) as answer:
        return dict(json.load(answer))


def state_folder(settings: LocalSettings) -> Path:
    """Where its snapshots are."""
    return settings.state_dir / "state"


def environment(settings: LocalSettings) -> dict[str, str]:
    """MiniStack's environment: one address, its state in our directory, nothing else on the machine touched."""
    state = settings.state_dir
    return aws_environment(settings) | {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(settings.emulator_port),
        "MINISTACK_HOST": "localhost",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_folder(settings)),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(state / "tmp"),
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": os.environ.get("LAMBDA_WARM_TTL_SECONDS", str(IDLE_WORKER_S)),
        # It would listen on more ports and look for containers to clean up; neither is wanted here.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{state / 'no-docker'}",
    }


def tail(settings: LocalSettings, lines: int = 15) -> str:
    """The last lines of the emulator's log."""
    log = settings.log(NAME)
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


def _find_localstack(settings: LocalSettings) -> None:
    health = f"{settings.emulator_url}/_localstack/health"
    if not ports.wait_until(lambda: ports.answers(health), seconds=5):
        raise LocalError(
            f"LocalStack does not answer at {settings.emulator_url}. Start it (`localstack start -d`) and try again; "
            f"LOCALSTACK_HOST=host:port names another place. Without EMULATOR=localstack nothing of this is needed."
        )
