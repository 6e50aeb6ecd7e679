"""Fixtures that run the embedded AWS emulator, each on ports and in a directory of its own; and patience with it."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from infra.local import emulator as embedded
from infra.local.clients import client
from infra.local.deploy import tables as template_tables
from infra.local.ports import free_port
from infra.local.settings import ROOT, LocalError, LocalSettings, aws_environment

UP_S = 900
LONG_S = 120.0
WAITS = {  # how long the product waits for its tables
    "belvedere.storage.circuit_breaker": ("TIMEOUT_S",),
    "belvedere.health": ("PATIENCE_S",),
    "belvedere.limits.limiter": ("PATIENCE_S",),
    "belvedere.storage.client": ("CONNECT_TIMEOUT_S", "READ_TIMEOUT_S", "EMULATOR_READ_TIMEOUT_S"),
    "belvedere.usage.ledger": ("PATIENCE_S",),
    "learning.health": ("PATIENCE_S",),
}


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """The product waits for its tables as long as they take, on a machine that may have much else to do."""
    with pytest.MonkeyPatch.context() as patched:
        for module, names in WAITS.items():
            for name in names:
                patched.setattr(f"{module}.{name}", LONG_S)
        yield


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSettings]:
    """An AWS emulator that this test session has to itself."""
    settings = LocalSettings(port=free_port(), emulator_port=free_port(), state_dir=tmp_path_factory.mktemp("emulator"))
    try:
        embedded.start(settings)
        embedded.wait(settings)
    except LocalError as error:
        embedded.stop(settings)
        pytest.fail(str(error), pytrace=False)
    yield settings
    embedded.stop(settings)


@pytest.fixture(scope="module")
def tables(emulator: LocalSettings) -> Iterator[dict[str, str]]:
    """The tables of template.yaml, empty, and the environment in which the common layer uses them."""
    dynamodb = client("dynamodb", emulator)
    names = template_tables.create(dynamodb, f"test-{uuid.uuid4().hex[:8]}")
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in aws_environment(emulator).items():
            if name.startswith("AWS_"):
                environment.setenv(name, value)
        for name, value in {**names, "BELVEDERE_ENVIRONMENT": "development", "RATE_LIMIT_ENABLED": "false"}.items():
            environment.setenv(name, value)
        forget_environment()
        yield names
    forget_environment()
    template_tables.drop(dynamodb, names)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    """The deployed stack behind its front door, beside any that the developer runs."""
    settings = LocalSettings(port=free_port(), emulator_port=free_port(), state_dir=tmp_path_factory.mktemp("stack"))
    done = _belvedere("up", settings)
    if done.returncode:
        log = embedded.tail(settings, lines=40)
        _belvedere("down", settings)
        pytest.fail(f"belvedere up failed:\n{done.stdout}{done.stderr}\nThe emulator's log ends:\n{log}", pytrace=False)
    yield deployment.needed(settings.state_dir)
    _belvedere("down", settings)


def forget_environment() -> None:
    """Let the common layer read its environment anew; it remembers settings and clients for the life of a process."""
    from belvedere.auth import lookup, people
    from belvedere.auth.secret import SECRET
    from belvedere.auth.webhooks import MASTER
    from belvedere.limits.limiter import limiter
    from belvedere.settings import settings
    from belvedere.storage import client as clients

    made = (
        clients.dynamodb, clients.lambda_, clients.lambda_answering, clients.s3, clients.secrets_manager,
        clients.step_functions,
    )  # fmt: skip
    for remembered in (settings, *made, limiter):
        remembered.cache_clear()
    for forgotten in (lookup.MEMORY, people.MEMORY, SECRET, MASTER):
        forgotten.forget()


def _belvedere(command: str, settings: LocalSettings) -> subprocess.CompletedProcess[str]:
    place = ("--port", str(settings.port), "--emulator-port", str(settings.emulator_port))
    return subprocess.run(
        [sys.executable, "-m", "belvedere_cli.cli", command, *place, "--state-dir", str(settings.state_dir)],
        cwd=ROOT,
        env={**os.environ, "EMULATOR": "ministack", "RATE_LIMIT_ENABLED": "false", "PUBLIC_READ": "false"},
        capture_output=True,
        text=True,
        timeout=UP_S,
        check=False,
    )
