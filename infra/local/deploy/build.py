"""`sam build`, run once per change of the sources, whoever asks: stacks side by side share one build."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.local.deploy.sources import DEPLOYED, TOOLING, fingerprint
from infra.local.deploy.templates import HOST
from infra.local.settings import ARCHITECTURE, ROOT, RUNTIME, LocalError, LocalSettings, aws_environment

SHARED = ROOT / ".belvedere"
LOG = SHARED / "logs" / "build.log"


@contextlib.contextmanager
def lock() -> Iterator[None]:
    """Nobody else builds, or reads a build that is being replaced, while this is held."""
    SHARED.mkdir(parents=True, exist_ok=True)
    with (SHARED / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(settings: LocalSettings) -> Path:
    """The built template, up to date; its folder holds the code. Hold the lock."""
    folder = SHARED / "build" / f"{settings.emulator}-{RUNTIME}"  # a layer is built for one Python on one platform
    stamp, wanted = folder / "stamp", fingerprint((*DEPLOYED, *TOOLING))
    if not stamp.exists() or stamp.read_text() != wanted:
        stamp.unlink(missing_ok=True)
        _sam_build(settings, folder)
        stamp.write_text(wanted)
    return folder / "out" / "template.yaml"


def _sam_build(settings: LocalSettings, folder: Path) -> None:
    command = [
        *(sys.executable, "-m", "samcli", "build"),
        *("--template", str(ROOT / "template.yaml"), "--build-dir", str(folder / "out")),
        *("--cached", "--cache-dir", str(folder / "cache"), "--parallel"),
        *("--parameter-overrides", " ".join(f"{name}={value}" for name, value in HOST.items())),
    ]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as log:
        done = subprocess.run(command, cwd=ROOT, env=_environment(settings), stdout=log, stderr=log, check=False)
    if done.returncode:
        end = "\n".join(LOG.read_text(errors="replace").splitlines()[-15:])
        raise LocalError(
            f"sam build failed. If it could not download a package, check the network and run it again. "
            f"The end of {LOG}:\n{end}"
        )


def _environment(settings: LocalSettings) -> dict[str, str]:
    """The builder finds this very Python, wherever it lives, and builds for it and this machine."""
    own = str(Path(sys.executable).parent)
    # Variables given to `make up` would reach the layer's Makefile through MAKEFLAGS, PYTHON= among them.
    make = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
    inherited = {name: value for name, value in aws_environment(settings).items() if name not in make}
    return inherited | {
        "PATH": f"{own}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHON": sys.executable,
        "LAMBDA_RUNTIME": RUNTIME,
        "LAMBDA_ARCHITECTURE": ARCHITECTURE,
        **({"LAMBDA_PLATFORM": "host"} if settings.embedded else {}),
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_CHECK_UPDATES": "0",
    }
