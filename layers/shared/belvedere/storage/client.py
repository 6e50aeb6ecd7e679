"""AWS clients, made once per process and only when first needed (botocore is most of a cold start)."""

import functools
import os
from typing import TYPE_CHECKING, cast

from belvedere.storage.meter import attach

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from belvedere.storage.connections_api import ConnectionsApi

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 10.0
ATTEMPTS = 4
CONNECTIONS = 32
SOCKET_WAIT_S = 1.0  # API Gateway takes a frame in milliseconds
EMULATOR_WAIT_S = 5.0  # an emulator is all of AWS in one process; a frame that was only slow would be sent twice


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


@functools.cache
def sockets(api_id: str, stage: str) -> "ConnectionsApi":
    """The way to the open connections of the WebSocket API.

    An emulator serves every API at one address, by path.
    """
    from botocore.exceptions import NoCredentialsError
    from botocore.session import get_session

    from belvedere.storage.connections_api import ConnectionsApi

    session = get_session()
    region, credentials = str(session.get_config_variable("region")), session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    place = f"{emulator}/_aws/execute-api/{api_id}/{stage}" if emulator else None
    url = place or f"https://{api_id}.execute-api.{region}.amazonaws.com/{stage}"
    return ConnectionsApi(url, region, credentials, wait_s=EMULATOR_WAIT_S if emulator else SOCKET_WAIT_S)


@functools.cache
def secrets_manager() -> "SecretsManagerClient":
    """The client for secrets, for whoever checks or signs a token."""
    from botocore.config import Config
    from botocore.session import get_session

    wait_s = CONNECT_TIMEOUT_S
    config = Config(connect_timeout=wait_s, read_timeout=wait_s, retries={"total_max_attempts": 2})
    return cast("SecretsManagerClient", get_session().create_client("secretsmanager", config=config))
