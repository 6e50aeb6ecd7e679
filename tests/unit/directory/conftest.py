"""A Directory and a State table in memory, and settings that point to them."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import moto
import pytest

from belvedere.cache import version
from belvedere.settings import settings
from belvedere.storage.client import dynamodb
from belvedere.storage.tables import Tables, tables

TABLES = ("events", "rollups", "cache", "state", "directory")


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    """Settings of a function, and credentials that open nothing."""
    with pytest.MonkeyPatch.context() as patched:
        for name in TABLES:
            patched.setenv(f"{name.upper()}_TABLE", name)
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE"):
            patched.delenv(name, raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "test")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield


@pytest.fixture(scope="module", autouse=True)
def aws(environment: None) -> Iterator[Any]:
    """A client of tables in memory, made once for a file of tests: making one takes longer than most tests."""
    dynamodb.cache_clear()
    with moto.mock_aws():
        yield boto3.client("dynamodb")
    dynamodb.cache_clear()


@pytest.fixture(autouse=True)
def client(aws: Any) -> Iterator[Any]:
    """Empty tables."""
    settings.cache_clear()
    for name in TABLES:
        aws.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
    yield aws
    for name in TABLES:
        aws.delete_table(TableName=name)
    settings.cache_clear()


@pytest.fixture
def mine(client: Any) -> Tables:
    """The tables of workspace `acme`."""
    return tables("acme", client=client)


@pytest.fixture
def revision(mine: Tables) -> Callable[[], int]:
    """How often kept answers of `acme` were made void."""
    return lambda: int(version.read(mine.state, 0).token.partition(".")[2])


@pytest.fixture
def items(client: Any) -> Callable[[], set[tuple[str, str]]]:
    """The keys of everything in the Directory."""
    return lambda: {(item["pk"]["S"], item["sk"]["S"]) for item in client.scan(TableName="directory")["Items"]}
