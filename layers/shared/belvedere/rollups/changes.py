"""Stream records as changes to events: what was there before, what is there now.

A record whose new image is no event becomes a change with its `poison`, to be put aside with that reason. A removal by
the table's own TTL is a change only to families that count what is stored.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from belvedere.ingest.event import Event
from belvedere.ingest.stored import Unreadable, stored_event
from belvedere.schema.rollup_tables import RollupTable
from belvedere.storage.keys import Key, workspace_of

TTL_PRINCIPAL = "dynamodb.amazonaws.com"
SEQUENCE_DIGITS = 40

TablesOfType = Callable[[str], tuple[RollupTable, ...]]


@dataclass(frozen=True)
class Change:
    """One write to one event; `sequence` is padded, so that text order is write order, and `sort` is its sort key.

    `poison` says why it is put aside: as no event, or as `refused`, an event that cannot be counted. One that
    `readmits` is about an event that was put aside, and ends the record of that.
    """

    partition: str
    sequence: str
    before: Event | None = None
    after: Event | None = None
    poison: str | None = None
    record: str = ""
    expired: bool = False
    sort: str = ""
    refused: Event | None = None
    readmits: bool = False

    @property
    def key(self) -> Key:
        """Where the event is stored."""
        return Key(self.partition, self.sort)

    @property
    def noted(self) -> bool:
        """Does it take a record of its own to write it?"""
        return bool(self.poison or self.readmits)

    @property
    def workspace(self) -> str:
        """The workspace whose event changed."""
        return workspace_of(self.partition)


def by_partition(records: Iterable[Mapping[str, Any]], rollup_tables: TablesOfType) -> dict[str, list[Change]]:
    """Changes of a batch, grouped by Events partition, in the order they were written."""
    groups: dict[str, list[Change]] = {}
    for record in records:
        change = to_change(record)
        if not change.expired or (change.before and stored(rollup_tables(change.before.type))):
            groups.setdefault(change.partition, []).append(change)
    return groups


def stored(rollup_tables: Iterable[RollupTable]) -> tuple[RollupTable, ...]:
    """Those that count what is stored."""
    return tuple(family for family in rollup_tables if family.stored)


def is_expiry(record: Mapping[str, Any]) -> bool:
    """True for the table's own removal of an event past its retention."""
    return (record.get("userIdentity") or {}).get("principalId") == TTL_PRINCIPAL


def to_change(record: Mapping[str, Any]) -> Change:
    """The change a stream record tells of. Raises KeyError only where there is no key or sequence number."""
    stream = record["dynamodb"]
    partition, sequence = str(stream["Keys"]["pk"]["S"]), str(stream["SequenceNumber"]).zfill(SEQUENCE_DIGITS)
    before, _ = _image(partition, stream.get("OldImage"))  # an unreadable one added nothing, so it takes nothing away
    after, poison = _image(partition, stream.get("NewImage"))
    if not stream.get("OldImage") and not stream.get("NewImage"):
        poison = "neither an old nor a new image"
    poison_text = msgspec.json.encode(stream, enc_hook=str).decode() if poison else ""
    sort = str(stream["Keys"]["sk"]["S"])
    return Change(partition, sequence, before, after, poison, poison_text, is_expiry(record), sort)


def _image(partition: str, image: Mapping[str, Any] | None) -> tuple[Event | None, str | None]:
    """The event of an image as Lambda delivers it (binary as base64 text), or why there is none in it."""
    if not image:
        return None, None
    try:
        attributes = {k: {"B": _binary(v["B"])} if "B" in v else v for k, v in image.items()}
        return stored_event(workspace_of(partition), attributes), None
    except (Unreadable, ValueError) as error:
        return None, str(error)


def _binary(value: str | bytes) -> bytes:
    return base64.b64decode(value) if isinstance(value, str) else value
