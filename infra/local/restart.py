"""Keeps the fold right across a restart of the embedded emulator.

The emulator saves its tables and how far each stream mapping has read, but not the streams themselves. So before it
stops, whatever is still in the stream has to be folded; and before it starts, the saved positions have to go, or the
mapping would skip as many new records as it had read of the old stream.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local import ports
from infra.local.clients import client
from infra.local.keys import enter
from infra.local.outputs import Outputs
from infra.local.settings import LocalSettings

DRAIN_S = 120.0
POSITIONS = "dynamodb_stream_positions"


def forget_stream_positions(saved: Path) -> None:
    """Take the positions out of the emulator's saved Lambda state; mappings then read their streams from the start."""
    if not saved.exists():
        return
    state = json.loads(saved.read_text())
    if POSITIONS in (payload := state.get("payload", {})):
        payload[POSITIONS] = {}
        fresh = saved.with_suffix(".fresh")
        fresh.write_text(json.dumps(state))
        fresh.replace(saved)


def drain(settings: LocalSettings, outputs: Outputs) -> bool:
    """Wait until every change of the stream is folded; False when that does not happen in time."""
    from botocore.exceptions import BotoCoreError, ClientError

    enter(settings, outputs)
    try:
        return _drained(settings, outputs)
    except (BotoCoreError, ClientError):
        return False


def _drained(settings: LocalSettings, outputs: Outputs) -> bool:
    last = _last_of_each_partition(client("dynamodbstreams", settings), outputs.tables["events"])
    dynamodb = client("dynamodb", settings)
    return ports.wait_until(lambda: _folded(dynamodb, outputs.tables["state"], last), seconds=DRAIN_S)


def _last_of_each_partition(streams: Any, table: str) -> dict[str, int]:
    """The newest sequence number of each partition in the stream."""
    last: dict[str, int] = {}
    for record in _records(streams, table):
        change = record["dynamodb"]
        last[change["Keys"]["pk"]["S"]] = int(change["SequenceNumber"])
    return last


def _records(streams: Any, table: str) -> Iterator[dict[str, Any]]:
    for stream in streams.list_streams(TableName=table)["Streams"]:
        arn = stream["StreamArn"]
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                page = streams.get_records(ShardIterator=iterator, Limit=1000)
                yield from page["Records"]
                iterator = page.get("NextShardIterator") if page["Records"] else None


def _folded(dynamodb: Any, table: str, last: dict[str, int]) -> bool:
    """True when the checkpoint of each partition has come to its newest record."""
    from belvedere.storage.keys.state import checkpoint_key

    keys = {checkpoint_key(partition): sequence for partition, sequence in last.items()}
    for key, sequence in keys.items():
        item = dynamodb.get_item(
            TableName=table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}, ConsistentRead=True
        ).get("Item")
        if item is None or "sequence" not in item or int(item["sequence"]["S"]) < sequence:
            return False
    return True
