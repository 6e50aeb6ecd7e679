"""The log's entries about folded changes: one small notice an event, with the live fields of its event type only.

The notice of an event that was taken back (an erasure) leaves its user out; an event that expired has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from belvedere.clock import iso
from belvedere.ingest.event import Event
from belvedere.realtime.changelog.log import append, pack, read_head
from belvedere.rollups.changes import Change
from belvedere.rollups.checkpoint import Action
from belvedere.schema.catalog import catalog
from belvedere.storage.table import WorkspaceTable

CHANGES = "changes"
MOST = 1_000  # notices an entry; what is beyond is counted
MOST_BYTES = 350_000  # packed; DynamoDB takes 400 KB an item
BATCH_NOTICES, BATCH_BYTES = 200, 60_000  # of a message that carries several notices

Notice = Mapping[str, Any]


def changes_entry(state: WorkspaceTable, changes: Sequence[Change], now: int) -> list[Action]:
    """The actions that log some changes, at the log's present end; none when there is nothing to tell."""
    body = fitting(changes_body(changes, catalog().live_fields))
    return append(state, read_head(state), CHANGES, body, now) if body["events"] else []


def fitting(body: dict[str, Any]) -> dict[str, Any]:
    """A body that an item can hold; what is beyond is counted, for the totals must not wait for it."""
    while len(orjson.dumps(body)) > MOST_BYTES and len(pack(body)) > MOST_BYTES:
        notices = body["events"][: len(body["events"]) // 2]
        left_out = body.get("left_out", 0) + len(body["events"]) - len(notices)
        body = {"events": notices, "left_out": left_out}
    return body


def changes_body(changes: Iterable[Change], fields: Callable[[str], tuple[str, ...]]) -> dict[str, Any]:
    """The body of the entry for some changes: `events`, and how many more there were (`left_out`)."""
    told_of = (change for change in changes if (change.after or change.before) and not change.expired)
    notices = [notice(change, fields) for change in told_of]
    body: dict[str, Any] = {"events": notices[:MOST]}
    return body | ({"left_out": len(notices) - MOST} if len(notices) > MOST else {})


def notice(change: Change, fields: Callable[[str], tuple[str, ...]]) -> dict[str, Any]:
    """One change in a few words."""
    if change.after is None:
        assert change.before is not None
        return {"type": change.before.type, "time": iso(change.before.time), "removed": True}
    return _seen(change.after, fields) | ({"revised": True} if change.before else {})


def _seen(event: Event, fields: Callable[[str], tuple[str, ...]]) -> dict[str, Any]:
    properties = {name: event.properties[name] for name in fields(event.type) if name in event.properties}
    user = {} if event.user is None else {"user": event.user}
    return {"id": event.id, "type": event.type, "time": iso(event.time), **user, **properties}


def batch_notices(
    notices: Iterable[Notice], most: int = BATCH_NOTICES, most_bytes: int = BATCH_BYTES
) -> list[list[Notice]]:
    """The notices in order, in as few batches as that takes; they depend on the notices alone."""
    batches: list[list[Notice]] = []
    size = 0
    for entry in notices:
        entry_size = len(orjson.dumps(entry)) + 1
        if not batches or len(batches[-1]) == most or size + entry_size > most_bytes:
            batches.append([])
            size = 0
        batches[-1].append(entry)
        size += entry_size
    return batches
