"""A cache on tables in memory for each test."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from belvedere.storage.meter import attach
from tests.worlds.cache import TABLES, CacheWorld


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[CacheWorld]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = attach(boto3.client("dynamodb"))
        for name in TABLES:
            client.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            )
        world = CacheWorld(client)
        client.meta.events.register("before-call.dynamodb", lambda model, **_: world.calls.append(model.name))
        yield world
