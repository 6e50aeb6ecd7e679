"""What a deployment on this machine offers, as outputs.json tells it."""

from pathlib import Path
from urllib.parse import urlsplit

from belvedere_cli.deployment import Outputs
from infra.local.deploy.stack import Deployed
from infra.local.settings import LocalSettings

WORKSPACE = "demo"
TABLES = {name: f"{name.capitalize()}Table" for name in ("events", "rollups", "cache", "state", "directory")}


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
        export_bucket=deployed.outputs["ExportBucket"],
        api_url=f"{gateway}/{api_id}/$default",
        websocket_upstream=f"{gateway.replace('http', 'ws', 1)}/{socket_id}/live" if socket_id else None,
    )


def place(outputs: Outputs, state_dir: Path) -> LocalSettings:
    """Where the stack of these outputs is, whatever the environment says today."""
    port, emulator_port = (urlsplit(url).port for url in (outputs.url, outputs.emulator_url))
    return LocalSettings(port or 80, emulator_port or 80, outputs.emulator, state_dir)
