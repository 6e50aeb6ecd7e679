"""AWS as a deployment on an emulator has it: clients that speak to that one endpoint, and to no real account."""

import os
from typing import Any

REGION = "us-east-1"
READ_S = 300  # one call deploys the whole stack, and a busy machine takes its time


def environment(endpoint_url: str) -> dict[str, str]:
    """The environment in which any AWS client reaches the endpoint and cannot reach a real account."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return inherited | {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client(service: str, endpoint_url: str) -> Any:
    """A client of the endpoint; credentials are constants, so no real ones are ever read."""
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        read_timeout=READ_S,
        s3={"addressing_style": "path"},
    )
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )
