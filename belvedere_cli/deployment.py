"""A deployment as its users know it: outputs.json, which `up` writes, for its owner only, since it holds keys."""

import dataclasses
import json
import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from belvedere_cli import aws, layer
from belvedere_cli.errors import CommandError

STATE_DIR = layer.ROOT / ".belvedere"
OUTPUTS_FILE = "outputs.json"  # in the state directory
EMBEDDED = "ministack"  # the emulator that `up` starts by itself
EMULATORS = (EMBEDDED, "localstack")
PRIVATE = 0o077  # the umask: what is written holds keys, secrets and people's data
STOPPED = "The stack does not run. Start it: make up"


@dataclasses.dataclass(frozen=True, slots=True)
class Outputs:
    """What a deployment offers: addresses, keys, and the names of its resources."""

    url: str
    ws_url: str | None
    emulator: str
    emulator_url: str
    workspace: str
    write_key: str
    read_key: str
    admin_key: str
    tables: dict[str, str]
    functions: dict[str, str]  # handler module -> function name
    state_machine_arn: str | None
    log_group: str
    failures_queue: str
    api_url: str  # the API without the front door
    websocket_upstream: str | None
    accounts: dict[str, str] = dataclasses.field(default_factory=dict)  # demo user name -> password
    webhook_secret_id: str = ""  # of Secrets Manager; each workspace's is derived from it
    webhook_secret: str = ""  # the demo workspace's
    export_bucket: str = ""

    def environment(self) -> dict[str, str]:
        """The environment in which the functions' own code runs against this deployment from outside of it."""
        tables = {f"{name.upper()}_TABLE": table for name, table in self.tables.items()}
        own = {"BELVEDERE_ENVIRONMENT": "development", "EXPORT_BUCKET": self.export_bucket}
        return aws.environment(self.emulator_url) | tables | own

    def client(self, service: str) -> Any:
        """A boto3 client of the AWS below."""
        return aws.client(service, self.emulator_url)


def read(state_dir: Path) -> Outputs | None:
    """The outputs of the last `up`, or None."""
    try:
        return Outputs(**json.loads((state_dir / OUTPUTS_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def needed(state_dir: Path) -> Outputs:
    """The outputs; CommandError when nothing was deployed yet."""
    outputs = read(state_dir)
    if outputs is None:
        raise CommandError("Nothing is deployed here yet. Run: make up")
    return outputs


def running(state_dir: Path) -> Outputs:
    """The outputs of a deployment that runs. Raises CommandError when nothing was deployed, or does not run."""
    outputs = needed(state_dir)
    if outputs.emulator == EMBEDDED and not listening(outputs.emulator_url):
        raise CommandError(STOPPED)
    return outputs


def check_sending(state_dir: Path, url: str | None) -> None:
    """Raise CommandError where events would go to a deployment of this machine that does not run."""
    outputs = None if url else read(state_dir)
    if outputs and not listening(outputs.url):
        raise CommandError(STOPPED, exit_code=2)


def write(state_dir: Path, outputs: Outputs) -> None:
    """Replace the file in one step; never readable by others, not even for a moment."""
    file = state_dir / OUTPUTS_FILE
    temporary = file.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    content: dict[str, Any] = dataclasses.asdict(outputs)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(content, stream, indent=2)
    temporary.replace(file)


def enter(outputs: Outputs) -> None:
    """Let this process run the common layer against a deployment. Once a process: the layer keeps its settings."""
    os.environ.update(outputs.environment())
    layer.enter()


def listening(url: str) -> bool:
    """True when something accepts connections at the host and port of a URL."""
    address = urlsplit(url)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address.hostname or "", address.port or 80)) == 0
