"""boto3 clients that speak to the emulator and to nothing else."""

from typing import Any

from infra.local.settings import REGION, LocalSettings

READ_S = 300  # one call deploys the whole stack, and a busy machine takes its time


def client(service: str, settings: LocalSettings) -> Any:
    """A client of the local stack's emulator; credentials are constants, so no real ones are ever read."""
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        read_timeout=READ_S,
        s3={"addressing_style": "path"},
    )
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=settings.emulator_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )
