"""Small events, changes and stream records for tests."""

from typing import Any

from belvedere.clock import HOUR_MS
from belvedere.ingest.event import Event
from belvedere.ingest.stored import to_items
from belvedere.rollups.changes import Change
from belvedere.storage.attributes import Item, encode_item

NOON = 1_736_942_400_000  # 2025-01-15T12:00:00Z


def interaction(event_id: str = "e1", *, at: int = NOON, user: str | None = "ann", received: int | None = None,
                workspace: str = "demo", **properties: Any) -> Event:  # fmt: skip
    """A learning interaction at noon of 2025-01-15, received when it happened."""
    properties = {"success": True, "agent_type": "kinematics"} | properties
    kept = {name: value for name, value in properties.items() if value is not None}
    return Event(
        id=event_id, type="learning.interaction", time=at, workspace=workspace, user=user,
        properties=kept, received=at if received is None else received,
    )  # fmt: skip


def session(event_id: str = "s1", *, at: int = NOON, user: str | None = "ann", **properties: Any) -> Event:
    """A failed call of an assistant at noon of 2025-01-15, as it is stored."""
    given = {"tokens_in": 30, "tokens_out": 70, "total_tokens": 100, "cost_usd": 0.5, "model": "m",
             "status_code": 500, "failed": True}  # fmt: skip
    return Event(id=event_id, type="productivity.session", time=at, workspace="demo", user=user,
                 properties=given | properties, received=at)  # fmt: skip


def change(sequence: int, *, before: Event | None = None, after: Event | None = None) -> Change:
    """A write to the event's partition."""
    return Change("demo#learning.interaction#2025-01-15#0", str(sequence).zfill(40), before, after)


def stored(event: Event) -> Item:
    """The event as ingest stores it."""
    (item,) = to_items([event.content], workspace=event.workspace, received=event.received, slices=1, retention_days=90)
    return item


def image(event: Event) -> dict[str, Any]:
    """The event as a stream image."""
    return encode_item(stored(event))


def record(event: Event, sequence: int = 1, name: str = "INSERT") -> dict[str, Any]:
    """A stream record of a written (or removed) event."""
    which = "OldImage" if name == "REMOVE" else "NewImage"
    keys = {part: image(event)[part] for part in ("pk", "sk")}
    return {"eventName": name, "dynamodb": {"Keys": keys, "SequenceNumber": str(sequence), which: image(event)}}


LATER = NOON + HOUR_MS
