"""A deployed local stack of the benchmark's own, without limits on callers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from infra.local import ports
from infra.local.settings import ROOT, LocalSettings

UP_S = 400


@contextmanager
def deployed() -> Iterator[tuple[LocalSettings, Outputs]]:
    """Its place and what it offers, while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder:
        settings = LocalSettings(ports.free_port(), ports.free_port(), "ministack", Path(folder))
        try:
            _belvedere("up", settings)
            yield settings, deployment.needed(settings.state_dir)
        finally:
            _belvedere("down", settings)


def _belvedere(command: str, settings: LocalSettings) -> None:
    place = ["--port", str(settings.port), "--emulator-port", str(settings.emulator_port)]
    place += ["--emulator", settings.emulator, "--state-dir", str(settings.state_dir)]
    arguments = [sys.executable, "-m", "belvedere_cli.cli", command, *place]
    environment = {**os.environ, "RATE_LIMIT_ENABLED": "false"}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=UP_S)
    if done.returncode:
        raise RuntimeError(f"belvedere {command} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
