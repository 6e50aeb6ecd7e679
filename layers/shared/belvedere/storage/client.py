"""AWS clients, made once per process and only when first needed (botocore is most of a cold start)."""

import functools
import os
from typing import TYPE_CHECKING, Any, cast

from belvedere.storage.meter import attach

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_stepfunctions import SFNClient

    from belvedere.storage.connections_api import ConnectionsApi

# A function that answers a request has 28 s in all: a call that is lost is given up early enough to say so.
CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 5.0
ATTEMPTS = 3
START_TIMEOUT_S, START_ATTEMPTS = 4.0, 2
CONNECTIONS = 32
FILE_TIMEOUT_S = 30.0
SOCKET_WAIT_S = 1.0  # API Gateway takes a frame in milliseconds
EMULATOR_WAIT_S = 5.0  # an emulator is all of AWS in one process; a frame that was only slow would be sent twice
EMULATOR_READ_TIMEOUT_S = 10.0  # likewise: what is asked again because it was slow makes it slower


@functools.cache
def dynamodb() -> "DynamoDBClient":
    """The metered DynamoDB client, its reads lean; throttling and dropped connections are retried with jitter."""
    from botocore.config import Config
    from botocore.session import get_session

    from belvedere.storage.lean.parsing import LeanParsers
    from belvedere.storage.lean.reads import lean

    read_s = EMULATOR_READ_TIMEOUT_S if _emulator() else READ_TIMEOUT_S
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
    )
    session = get_session()
    session.register_component("response_parser_factory", LeanParsers())
    client: DynamoDBClient = attach(session.create_client("dynamodb", config=config))
    lean(client, session.get_credentials(), connect_s=CONNECT_TIMEOUT_S, read_s=read_s)
    _ = client.exceptions  # made when first read, and by two threads at once twice: neither would know the other's
    return client


@functools.cache
def lambda_() -> "LambdaClient":
    """The Lambda client for starting another function and waiting for nothing; a start may happen twice."""
    return _lambda(read_s=START_TIMEOUT_S, attempts=START_ATTEMPTS)


@functools.cache
def lambda_answering(wait_s: float) -> "LambdaClient":
    """The Lambda client for waiting for a function's answer. It calls once: what was not answered may be at work."""
    return _lambda(read_s=wait_s, attempts=1)


def _lambda(*, read_s: float, attempts: int) -> "LambdaClient":
    from botocore.config import Config
    from botocore.session import get_session

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return cast("LambdaClient", get_session().create_client("lambda", config=config))


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
    emulator = _emulator()
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


@functools.cache
def s3() -> "S3Client":
    """The client for files, whose parts are megabytes; its links are signed for this region."""
    from botocore.config import Config
    from botocore.session import get_session

    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S, read_timeout=FILE_TIMEOUT_S, signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )  # fmt: skip
    return cast("S3Client", get_session().create_client("s3", config=config))


@functools.cache
def step_functions() -> "SFNClient":
    """The client for starting and ending executions of state machines."""
    from botocore.config import Config
    from botocore.session import get_session

    retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(connect_timeout=CONNECT_TIMEOUT_S, read_timeout=EMULATOR_READ_TIMEOUT_S, retries=retries)
    return cast("SFNClient", get_session().create_client("stepfunctions", config=config))


def open_connections(reads: int) -> None:
    """Make DynamoDB's client, and connections for this many reads at once and for a write. Raises OSError."""
    client = dynamodb()
    if opened := getattr(client, "open_lines", None):
        opened(reads)
    open_connection(client)


def open_connection(client: Any) -> None:
    """Have botocore's own pool of a client hold an open connection, so that its first call finds one.

    The pool is no part of botocore's promises: where it is not as it was, the first call opens its own.
    """
    from belvedere.storage.lean.self_check import POOL_PARTS, has_parts

    if not has_parts("pool", client, POOL_PARTS):
        return
    session, url = client._endpoint.http_session, client.meta.endpoint_url
    pool = session._manager.connection_from_url(url)
    session._setup_ssl_cert(pool, url, session._verify)
    connection = pool._get_conn()
    if connection.is_closed:
        connection.connect()
    pool._put_conn(connection)


def _emulator() -> str | None:
    """Where an emulator is, if AWS is one."""
    return os.environ.get("AWS_ENDPOINT_URL")
