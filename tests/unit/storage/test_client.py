"""The DynamoDB client: shared by threads from its first call on."""

from collections.abc import Iterator

import pytest
from botocore.errorfactory import ClientExceptionsFactory

from belvedere.storage.client import dynamodb


@pytest.fixture
def new_client() -> Iterator[None]:
    dynamodb.cache_clear()
    yield
    dynamodb.cache_clear()


@pytest.mark.usefixtures("new_client")
def test_threads_that_meet_their_first_error_at_once_know_the_same_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    client = dynamodb()
    monkeypatch.delattr(ClientExceptionsFactory, "create_client_exceptions")  # nothing is left to make by a thread
    assert issubclass(client.exceptions.ConditionalCheckFailedException, client.exceptions.ClientError)
