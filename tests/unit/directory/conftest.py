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


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of a function, and credentials that open nothing."""
    for name in TABLES:
        monkeypatch.setenv(f"{name.upper()}_TABLE", name)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.cache_clear()
    dynamodb.cache_clear()
    yield
    settings.cache_clear()
    dynamodb.cache_clear()


@pytest.fixture(autouse=True)
def client(environment: None) -> Iterator[Any]:
    """Empty tables."""
    with moto.mock_aws():
        made = boto3.client("dynamodb")
        for name in TABLES:
            made.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            )
        yield made


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
