"""What runs, where, and whether it answers."""

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from infra.local import emulator, ports, processes, saved
from infra.local.clients import client
from infra.local.deploy import stack
from infra.local.front_door import door
from infra.local.settings import LocalSettings


def lines(settings: LocalSettings) -> tuple[bool, list[str]]:
    """Whether everything is well, and a line about each part."""
    outputs = deployment.read(settings.state_dir)
    emulator_up = ports.answers(f"{settings.emulator_url}/_localstack/health")
    stack_status = stack.status(client("cloudformation", settings)) if emulator_up else None
    healthy = outputs is not None and ports.answers(f"{settings.url}/health", timeout_s=60)
    runner = _process(settings, emulator.NAME) if settings.embedded else "LocalStack,"
    rows = [
        f"  emulator    {runner} {settings.emulator_url}",
        *([f"  data        {saved.status(settings)}"] if settings.embedded else []),
        f"  stack       {stack_status or 'none to be seen'}",
        f"  front door  {_process(settings, door.NAME)} {settings.url}",
        f"  API         {'healthy' if healthy else 'does not answer'}",
    ]
    return healthy, rows + (access(outputs) if outputs and healthy else [])


def access(outputs: Outputs) -> list[str]:
    """How to reach the stack."""
    return [
        "",
        f"  page        {outputs.url}/",
        f"  API         {outputs.url}/health",
        f"  AWS         {outputs.emulator_url}  (any AWS client: --endpoint-url)",
        f"  write key   {outputs.write_key}",
        f"  read key    {outputs.read_key}",
        f"  admin key   {outputs.admin_key}",
        *([f"  sign in     {', '.join(outputs.accounts)} (password: the name and 123)"] if outputs.accounts else []),
        *(["              (student is student-001 of `make demo`)"] if "student" in outputs.accounts else []),
        "",
        "  Try:",
        f"  curl {outputs.url}/v1/events -H 'X-API-Key: {outputs.write_key}' -H 'Content-Type: application/json' \\",
        '    -d \'{"id": "hello-1", "type": "learning.interaction", "time": "2026-01-05T09:00:00Z", "user": "ada",',
        '         "properties": {"agent_type": "kinematics", "success": true, "execution_time_ms": 240}}\'',
        f"  curl '{outputs.url}/dashboard/summary?start_date=2026-01-05T00:00:00Z&end_date=2026-01-06T00:00:00Z' \\",
        f"    -H 'X-API-Key: {outputs.read_key}'",
        f"  curl {outputs.url}/auth/token -H 'Content-Type: application/json' \\",
        '    -d \'{"username": "student", "password": "student123"}\'',
    ]


def _process(settings: LocalSettings, name: str) -> str:
    pid = processes.running(settings.pid_file(name))
    return f"runs as {pid}," if pid else "does not run,"
