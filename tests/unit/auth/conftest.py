"""A Directory table in memory, and settings that point to it."""

from collections.abc import Iterator

import boto3
import moto
import pytest

from belvedere.auth import lookup
from belvedere.auth.lookup import KeyMemory, fetch_record
from belvedere.settings import settings
from belvedere.storage.client import dynamodb

TABLE = "a-directory"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE"):
        monkeypatch.setenv(f"{name}_TABLE", name.lower())
    monkeypatch.setenv("DIRECTORY_TABLE", TABLE)
    for name in (
        "PUBLIC_READ",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_PROFILE",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(lookup, "MEMORY", KeyMemory(fetch_record))
    settings.cache_clear()
    dynamodb.cache_clear()
    yield
    settings.cache_clear()
    dynamodb.cache_clear()


@pytest.fixture
def directory() -> Iterator[None]:
    """An empty Directory table."""
    with moto.mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield
