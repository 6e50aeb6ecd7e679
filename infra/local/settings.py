"""Where a local stack lives: its ports, its state directory, its emulator."""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STACK_NAME = "belvedere"
REGION = "us-east-1"
HOST = "127.0.0.1"
EMULATORS = ("ministack", "localstack")
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
STOPPED = "The stack does not run. Start it: make up"


class LocalError(Exception):
    """Something the person at the keyboard can put right; the message says how."""


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """One local stack. Two of them run side by side when ports and state directory differ."""

    port: int = 8000
    emulator_port: int = 4566
    emulator: str = "ministack"
    state_dir: Path = ROOT / ".belvedere"

    @property
    def url(self) -> str:
        """The front door."""
        return f"http://{HOST}:{self.port}"

    @property
    def embedded(self) -> bool:
        """True when the emulator is ours to start and stop."""
        return self.emulator == "ministack"

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
        return self.state_dir / "outputs.json"


def aws_environment(settings: LocalSettings) -> dict[str, str]:
    """The environment in which any AWS client reaches the emulator and cannot reach a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": settings.emulator_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
