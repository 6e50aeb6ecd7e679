"""A workspace's log of changes: numbered without gaps, kept a while, read by number.

The fold appends to it in the very transaction that changes the rollups, so a change is in the log exactly when it is in
the totals. The number is taken on condition that nobody took it: two writers cannot share one, and a reader that sees
number n has seen, or can read, every one below.
"""

import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from belvedere.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from belvedere.rollups.checkpoint import Action
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys.realtime import change_key, changes_partition, head_key
from belvedere.storage.table import WorkspaceTable

WINDOW_MS = 15 * MINUTE_MS  # how long a reader may be away and still get all that it missed
KEPT_MS = HOUR_MS  # a little longer than the window, so that the edge of the window is there
MOST_READ = 100  # entries that are told together; who is further behind goes on from there


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come: its own name, the number of its newest entry (0 for none), and is this written down."""

    birth: str
    seq: int
    stored: bool = True


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry: its number, when it was written (epoch ms), its kind, and what it tells."""

    seq: int
    at: int
    kind: str
    body: Mapping[str, Any]


def read_head(state: WorkspaceTable) -> Head:
    """Where the log stands now; a log that has none yet is given a name, which is not written down here."""
    item = state.get(head_key(state.workspace), consistent=True)
    return Head(str(item["birth"]), int(item["seq"])) if item else Head(secrets.token_hex(4), 0, stored=False)


def settled_head(state: WorkspaceTable) -> Head:
    """Where the log stands, with a name that lasts: for readers, whose cursors carry it."""
    head = read_head(state)
    while not head.stored:
        state.attempt("update_item", **_begun(state, head))
        head = read_head(state)
    return head


def append(state: WorkspaceTable, head: Head, kind: str, body: Mapping[str, Any], now: int) -> list[Action]:
    """The two actions of a transaction that write the entry after `head`; they fail when `head` has moved."""
    seq = head.seq + 1
    item: Item = {"pk": state.own(changes_partition(state.workspace)), "sk": change_key(state.workspace, seq).sk,
                  "at": now, "kind": kind, "body": pack(body), "expires": (now + KEPT_MS) // SECOND_MS}  # fmt: skip
    return [_moved(state, head), {"Put": {"TableName": state.name, "Item": encode_item(item)}}]


def _moved(state: WorkspaceTable, head: Head) -> Action:
    """The head one further, where it still is as read."""
    values = {":birth": encode(head.birth), ":next": encode(head.seq + 1)}
    update: Action = {"TableName": state.name, "Key": state.key(head_key(state.workspace)),
                      "UpdateExpression": "SET seq = :next, birth = :birth",
                      "ConditionExpression": "attribute_not_exists(pk)",
                      "ExpressionAttributeValues": values}  # fmt: skip
    if head.stored:
        values[":seq"] = encode(head.seq)
        update["ConditionExpression"] = "seq = :seq AND birth = :birth"
    return {"Update": update}


def _begun(state: WorkspaceTable, head: Head) -> Action:
    values = {":birth": encode(head.birth), ":zero": encode(0)}
    return {"Key": state.key(head_key(state.workspace)), "UpdateExpression": "SET seq = :zero, birth = :birth",
            "ConditionExpression": "attribute_not_exists(pk)", "ExpressionAttributeValues": values}  # fmt: skip


def entries(state: WorkspaceTable, after: int, upto: int) -> Iterator[LogEntry]:
    """The entries numbered from `after` + 1 to `upto` that are still kept, in order."""
    if after >= upto:
        return
    low, high = (change_key(state.workspace, seq).sk for seq in (after + 1, upto))
    for item in state.query(changes_partition(state.workspace), low, high, consistent=True):
        yield LogEntry(int(item["sk"]), int(item["at"]), str(item["kind"]), unpack(item["body"]))


def pack(body: Mapping[str, Any]) -> bytes:
    """What an entry tells, small: its texts repeat."""
    return zlib.compress(orjson.dumps(body), 6)


def unpack(data: Any) -> dict[str, Any]:
    """The inverse of `pack`."""
    body: dict[str, Any] = orjson.loads(zlib.decompress(data))
    return body
