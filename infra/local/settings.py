"""Where a local stack lives: its ports, its state directory, its emulator."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from belvedere_cli import aws
from belvedere_cli.deployment import EMBEDDED, OUTPUTS_FILE, STATE_DIR
from belvedere_cli.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]
STACK_NAME = "belvedere"
REGION = aws.REGION
HOST = "127.0.0.1"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


class LocalError(CommandError):
    """What keeps the local stack from doing as it was told; the message says how to put it right."""


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """One local stack. Two of them run side by side when ports and state directory differ."""

    port: int = 8000
    emulator_port: int = 4566
    emulator: str = EMBEDDED
    state_dir: Path = STATE_DIR

    @property
    def url(self) -> str:
        """The front door."""
        return f"http://{HOST}:{self.port}"

    @property
    def embedded(self) -> bool:
        """True when the emulator is ours to start and stop."""
        return self.emulator == EMBEDDED

    @property
    def emulator_url(self) -> str:
        """Where AWS calls go; for LocalStack as its own variables say (LOCALSTACK_HOST, AWS_ENDPOINT_URL)."""
        if self.embedded:
            return f"http://{HOST}:{self.emulator_port}"
        from localstack_client import config

        return str(config.get_service_endpoint("cloudformation"))

    def log(self, name: str) -> Path:
        """The log file of one of our processes."""
        return self.state_dir / "logs" / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        """The file that remembers one of our processes."""
        return self.state_dir / "run" / f"{name}.json"

    @property
    def outputs_file(self) -> Path:
        """What `up` tells other programs: URLs, keys, table names."""
        return self.state_dir / OUTPUTS_FILE


def aws_environment(settings: LocalSettings) -> dict[str, str]:
    """The environment in which any AWS client reaches the emulator and cannot reach a real account."""
    return aws.environment(settings.emulator_url)
