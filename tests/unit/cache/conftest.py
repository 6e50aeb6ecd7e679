"""A cache on tables in memory for each test."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from belvedere.storage.meter import attach
from tests.worlds.cache import TABLES, CacheWorld


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of tables in memory, made once for a file of tests: making one takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "test")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patched.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws():
            yield attach(boto3.client("dynamodb"))


@pytest.fixture
def world(client: Any) -> Iterator[CacheWorld]:
    """Empty tables, and what is called."""
    for name in TABLES:
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
    world = CacheWorld(client)

    def note(model: Any, **_: Any) -> None:
        world.calls.append(model.name)

    client.meta.events.register("before-call.dynamodb", note)
    yield world
    client.meta.events.unregister("before-call.dynamodb", note)
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
