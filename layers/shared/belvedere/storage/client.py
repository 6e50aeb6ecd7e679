"""AWS clients, made once per process and only when first needed (botocore is most of a cold start)."""

import functools
from typing import TYPE_CHECKING

from belvedere.storage.meter import attach

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 10.0
ATTEMPTS = 4
CONNECTIONS = 32


@functools.cache
def dynamodb() -> "DynamoDBClient":
    """The metered DynamoDB client, its reads lean; throttling and dropped connections are retried with jitter."""
    from botocore.config import Config
    from botocore.session import get_session

    from belvedere.storage.lean import lean
    from belvedere.storage.parsing import LeanParsers

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
    )
    session = get_session()
    session.register_component("response_parser_factory", LeanParsers())
    client: DynamoDBClient = attach(session.create_client("dynamodb", config=config))
    lean(client, session.get_credentials(), connect_s=CONNECT_TIMEOUT_S, read_s=READ_TIMEOUT_S)
    return client


@functools.cache
def lambda_() -> "LambdaClient":
    """The Lambda client, for functions that start another."""
    import boto3

    client: LambdaClient = boto3.client("lambda")
    return client
