"""boto3 clients that speak to the emulator and to nothing else."""

from typing import Any

from belvedere_cli import aws
from infra.local.settings import LocalSettings


def client(service: str, settings: LocalSettings) -> Any:
    """A client of the local stack's emulator."""
    return aws.client(service, settings.emulator_url)
