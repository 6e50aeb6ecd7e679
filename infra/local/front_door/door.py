"""The front door as a background process."""

import sys

from belvedere_cli.deployment import Outputs
from infra.local import ports, processes
from infra.local.settings import HOST, LocalError, LocalSettings, aws_environment

NAME = "front-door"
START_S = 60.0


def check(settings: LocalSettings) -> None:
    """Raise LocalError when the port is somebody else's; better before the build than after it."""
    if ports.listening(settings.port) and not processes.running(settings.pid_file(NAME)):
        raise LocalError(
            f"Port {settings.port} of {HOST} is taken by something that this stack did not start. "
            f"Stop that, or choose another port: make up PORT=8001"
        )


def open_up(settings: LocalSettings, outputs: Outputs, *, origins: str = "", anew: bool) -> None:
    """Have the front door stand before this deployment; `anew` when its own code may have changed.

    `origins` are those whose pages may ask, beside pages of this machine; separated by commas, `*` is everybody.
    """
    command = [sys.executable, "-m", "infra.local.front_door.server"]
    command += ["--port", str(settings.port), "--upstream", outputs.api_url]
    if outputs.websocket_upstream:
        command += ["--websocket", outputs.websocket_upstream]
    if origins:
        command += ["--origins", origins]
    pid_file = settings.pid_file(NAME)
    if processes.running(pid_file) and processes.command_of(pid_file) == command and not anew:
        return
    processes.stop(pid_file)
    processes.start(command, pid_file=pid_file, log=settings.log(NAME), env=aws_environment(settings))
    listening = ports.wait_until(
        lambda: ports.listening(settings.port), seconds=START_S, alive=lambda: bool(processes.running(pid_file))
    )
    if not listening:
        raise LocalError(f"The front door did not open; see {settings.log(NAME)}")


def close(settings: LocalSettings) -> bool:
    """Stop it; True if it ran."""
    return processes.stop(settings.pid_file(NAME))
