"""The tables that are benchmarked: the embedded emulator's, and DynamoDB Local's where there is a JDK.

Each store has a client made by the layer itself, so what is measured is what a function runs.
"""

import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belvedere.settings import Settings, load
from belvedere.storage import client as clients
from belvedere.storage.tables import Tables, tables
from bench import needs
from infra.local import emulator, ports
from infra.local.deploy import tables as template_tables
from infra.local.settings import HOST, REGION, LocalSettings

EMBEDDED, LOCAL = "embedded emulator", "DynamoDB Local"
START_S = 60.0
TABLES = ("events_table", "rollups_table", "cache_table", "state_table", "directory_table")


@dataclass(frozen=True)
class Store:
    """One place that tables live in."""

    name: str
    client: Any
    names: Settings

    def tables(self, workspace: str) -> Tables:
        """The tables of a workspace."""
        return tables(workspace, client=self.client, names=self.names)


@contextmanager
def stores(*, local: bool = True) -> Iterator[list[Store]]:
    """Every store this machine can run, with empty tables; gone afterwards."""
    with ExitStack() as stack:
        stores = [stack.enter_context(_embedded())]
        jar = needs.dynamodb_local() if local else None
        if jar:
            stores.append(stack.enter_context(_dynamodb_local(jar)))
        yield stores


@contextmanager
def _embedded() -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as folder:
        settings = LocalSettings(ports.free_port(), ports.free_port(), "ministack", Path(folder))
        try:
            emulator.start(settings)
            emulator.wait(settings)
            yield _store(EMBEDDED, settings.emulator_url)
        finally:
            emulator.stop(settings)


@contextmanager
def _dynamodb_local(jar: Path) -> Iterator[Store]:
    port = ports.free_port()
    libraries = f"DynamoDBLocal.jar{os.pathsep}DynamoDBLocal_lib/*"
    java = ["java", "-Djava.library.path=DynamoDBLocal_lib", "-cp", libraries]
    program = [str(needs.HERE / "LoopbackDynamoDB.java"), "-port", str(port), "-inMemory", "-disableTelemetry"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*java, *program], cwd=jar, stdout=quiet, stderr=quiet)
    try:
        if not ports.wait_until(lambda: ports.listening(port), seconds=START_S, alive=lambda: process.poll() is None):
            raise RuntimeError("DynamoDB Local did not start")
        yield _store(LOCAL, f"http://{HOST}:{port}")
    finally:
        process.terminate()
        process.wait()


def _store(name: str, url: str) -> Store:
    client = layer_client(url)
    names = template_tables.create(client, f"bench-{uuid.uuid4().hex[:8]}")
    return Store(name, client, load({**names, "BELVEDERE_ENVIRONMENT": "development"}))


def layer_client(url: str) -> Any:
    """A client of the layer's own making that speaks to this address, whatever the environment says."""
    with environment(_reaching(url)):
        return clients.dynamodb.__wrapped__()


def aws_environment(store: Store) -> dict[str, str]:
    """The environment in which a function's code uses a store."""
    tables = {name.upper(): getattr(store.names, name) for name in TABLES}
    return _reaching(store.client.meta.endpoint_url) | tables | {"RATE_LIMIT_ENABLED": "false"}


def _reaching(url: str) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}  # fmt: skip


@contextmanager
def environment(given: Mapping[str, str]) -> Iterator[None]:
    """Some environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
