"""Reads the real stream of a table, and gives its records the form in which Lambda delivers them."""

import base64
import json
from datetime import datetime
from typing import Any

Record = dict[str, Any]


class Stream:
    """What happened to a table since it was last asked."""

    def __init__(self, streams: Any, arn: str) -> None:
        self._streams = streams
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        self._next = streams.get_shard_iterator(**start)["ShardIterator"]

    def read(self) -> list[Record]:
        """All new records, in the order in which they were written."""
        found: list[Record] = []
        while True:
            page = self._streams.get_records(ShardIterator=self._next, Limit=1000)
            self._next = page["NextShardIterator"]
            if not page["Records"]:
                return found
            found += map(as_lambda_delivers, page["Records"])


def as_lambda_delivers(record: Record) -> Record:
    """JSON only: binary as base64 text, times as seconds, `userIdentity` in lower case."""
    told = {name: value for name, value in record.items() if name != "userIdentity"}
    if identity := record.get("userIdentity"):
        told["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return dict(json.loads(json.dumps(told, default=_plain)))


def expired(record: Record) -> Record:
    """A removal as the table's own TTL would have made it; the emulator's TTL writes none to the stream."""
    return record | {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}


def partition_of(record: Record) -> str:
    """The Events partition a record belongs to."""
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


def sequence_of(record: Record) -> str:
    """Its place in the order of writing."""
    return str(record["dynamodb"]["SequenceNumber"])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return base64.b64encode(bytes(value)).decode()
