"""What `up` leaves for everybody else: outputs.json, readable by its owner only, since it holds keys."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.deploy.stack import Deployed
from infra.local.settings import LocalError, LocalSettings, aws_environment

WORKSPACE = "demo"
TABLES = {name: f"{name.capitalize()}Table" for name in ("events", "rollups", "cache", "state", "directory")}


@dataclasses.dataclass(frozen=True, slots=True)
class Outputs:
    """A running stack, as its users need to know it."""

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

    def environment(self, settings: LocalSettings) -> dict[str, str]:
        """The environment in which the functions' own code runs against this stack from outside of it."""
        tables = {f"{name.upper()}_TABLE": table for name, table in self.tables.items()}
        return aws_environment(settings) | tables | {"BELVEDERE_ENVIRONMENT": "development"}


def of(settings: LocalSettings, deployed: Deployed, handlers: dict[str, str]) -> Outputs:
    """What a deployment offers; the keys are still to be filled in."""
    api_id = deployed.outputs["ApiId"]
    socket_id = deployed.outputs.get("WebSocketApiId")
    gateway = f"{settings.emulator_url}/_aws/execute-api"
    return Outputs(
        url=settings.url,
        ws_url=settings.url.replace("http", "ws", 1) if socket_id else None,
        emulator=settings.emulator,
        emulator_url=settings.emulator_url,
        workspace=WORKSPACE,
        write_key="",
        read_key="",
        admin_key="",
        tables={name: deployed.outputs[output] for name, output in TABLES.items()},
        functions={handlers[logical_id]: name for logical_id, name in sorted(deployed.functions.items())},
        state_machine_arn=deployed.outputs.get("ExportStateMachineArn"),
        log_group=deployed.outputs["Logs"],
        failures_queue=deployed.outputs["FoldFailures"],
        webhook_secret_id=deployed.outputs["WebhookSecret"],
        api_url=f"{gateway}/{api_id}/$default",
        websocket_upstream=f"{gateway.replace('http', 'ws', 1)}/{socket_id}/live" if socket_id else None,
    )


def read(settings: LocalSettings) -> Outputs | None:
    """The outputs of the last `up`, or None."""
    try:
        return Outputs(**json.loads(settings.outputs_file.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def place(known: Outputs, state_dir: Path) -> LocalSettings:
    """Where the stack of these outputs is, whatever the environment says today."""
    port, emulator_port = (urlsplit(url).port for url in (known.url, known.emulator_url))
    return LocalSettings(port or 80, emulator_port or 80, known.emulator, state_dir)


def needed(settings: LocalSettings) -> Outputs:
    """The outputs; LocalError when nothing was deployed yet."""
    outputs = read(settings)
    if outputs is None:
        raise LocalError("Nothing is deployed here yet. Run: make up")
    return outputs


def write(settings: LocalSettings, outputs: Outputs) -> None:
    """Replace the file in one step; never readable by others, not even for a moment."""
    temporary = settings.outputs_file.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    content: dict[str, Any] = dataclasses.asdict(outputs)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
    temporary.replace(settings.outputs_file)
