"""What the contract tests of every board ask for."""

import pytest

from infra.local.clients import client
from infra.local.settings import LocalSettings
from tests.proof.stream import Stream
from tests.worlds.served import Served


@pytest.fixture(scope="module")
def served(emulator: LocalSettings, tables: dict[str, str]) -> Served:
    """The whole API in process, on empty tables of its own."""
    dynamodb = client("dynamodb", emulator)
    arn = dynamodb.describe_table(TableName=tables["EVENTS_TABLE"])["Table"]["LatestStreamArn"]
    return Served(tables, dynamodb, Stream(client("dynamodbstreams", emulator), arn))
