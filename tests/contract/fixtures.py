"""What the contract tests of every board ask for."""

from collections.abc import Iterator

import pytest

from belvedere.settings import settings
from infra.local.clients import client
from infra.local.settings import LocalSettings
from tests.proof.stream import Stream
from tests.worlds.served import Served

BUCKET = "exported-files"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:exports"


@pytest.fixture(scope="module")
def served(emulator: LocalSettings, tables: dict[str, str]) -> Iterator[Served]:
    """The whole API in process, on empty tables of its own; what it exports goes to a bucket of the emulator."""
    dynamodb = client("dynamodb", emulator)
    client("s3", emulator).create_bucket(Bucket=BUCKET)
    arn = dynamodb.describe_table(TableName=tables["EVENTS_TABLE"])["Table"]["LatestStreamArn"]
    served = Served(tables, dynamodb, Stream(client("dynamodbstreams", emulator), arn))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EXPORT_BUCKET", BUCKET)
        patched.setenv("EXPORT_STATE_MACHINE_ARN", MACHINE)
        settings.cache_clear()
        patched.setattr("belvedere.export.jobs.start.start_execution", served.machine.start)
        patched.setattr("export.jobs.stop_execution", served.machine.stop)
        patched.setattr("belvedere.export.jobs.reading.execution_status", served.machine.status)
        yield served
    settings.cache_clear()
