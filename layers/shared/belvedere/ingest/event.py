"""The canonical event, whatever protocol it came by, and the form it is stored in.

The stored item keeps the event's content in one JSON attribute, so that the fold reads it back in one step,
and a digest of it, so that a second copy is told from a contradiction without comparing bodies.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from operator import is_
from typing import Any

import msgspec

from belvedere.boards.registry import event_types
from belvedere.clock import DAY_MS, SECOND_MS, iso_ms
from belvedere.ingest.listed import listed_attributes, listings
from belvedere.storage.attributes import AttributeValue, Item, decode_item
from belvedere.storage.keys import Key
from belvedere.storage.keys.events import event_key

DIGEST_BYTES = 16


class Content(msgspec.Struct, frozen=True, gc=False):
    """What a client says of an event, and what makes two copies of one the same; `time` is epoch milliseconds.

    The fields are in alphabetical order, in which the canonical form has them.
    """

    id: str
    properties: dict[str, Any]
    time: int
    type: str
    user: str | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one workspace; `time` and `received` are epoch milliseconds."""

    id: str
    type: str
    time: int
    workspace: str
    user: str | None = None
    properties: dict[str, Any] = {}
    received: int = 0

    @property
    def content(self) -> Content:
        """The part that came from the client."""
        return Content(self.id, self.properties, self.time, self.type, self.user)


_encoder = msgspec.json.Encoder(order="deterministic")  # sorts the keys of objects; Content's fields are in order
_decoder = msgspec.json.Decoder(Content)


def canonical(contents: Sequence[Content]) -> list[bytes]:
    """The content of events as canonical JSON: sorted keys, no spaces, so equal content is equal bytes.

    One call for all of them; as there are no line breaks in such a text, they come as lines.
    """
    return _encoder.encode_lines(contents).split(b"\n")[:-1]


def slice_of(event_id: str, slices: int) -> int:
    """Which of a day's `slices` partitions an event lives in; from its id only."""
    if slices == 1:
        return 0
    return int.from_bytes(blake2b(event_id.encode(), digest_size=4).digest(), "big") % slices


def key_of(event: Event | Content, workspace: str, slices: int) -> Key:
    """The event's key in Events."""
    return event_key(workspace, event.type, iso_ms(event.time), event.id, slice_of(event.id, slices))


def to_items(
    contents: Sequence[Content], *, workspace: str, received: int, slices: int, retention_days: int
) -> list[Item]:
    """The items in which events are stored; their life counts from receipt.

    The digest is of what the client sent, so a retry is a duplicate whatever its type would add to it by then.
    """
    times = {"received": received, "expires": (received + retention_days * DAY_MS) // SECOND_MS}
    sent, full = canonical(contents), [completed(content) for content in contents]
    bodies = sent if all(map(is_, full, contents)) else canonical(full)
    items: list[Item] = [
        {**key_of(content, workspace, slices)._asdict(), "body": body.decode(), "digest": digest(as_sent), **times}
        for content, body, as_sent in zip(contents, bodies, sent, strict=True)
    ]
    if listed := listings(content.type for content in contents):
        for content, item in zip(full, items, strict=True):
            if content.type in listed:
                item |= listed_attributes(content, listed[content.type], workspace, str(item["sk"]))
    return items


def completed(content: Content) -> Content:
    """The content with what its type adds to it; the very same where that is nothing."""
    kind = event_types().get(content.type)
    if kind is None or kind.complete is None:
        return content
    return msgspec.structs.replace(content, properties=kind.complete(content.properties, content.time))


def digest(body: bytes) -> bytes:
    """Fingerprint of canonical content."""
    return blake2b(body, digest_size=DIGEST_BYTES).digest()


class Unreadable(Exception):
    """A stored item that is no event, with the reason; whoever wrote it, it counts nowhere."""


def stored_event(workspace: str, attributes: Mapping[str, AttributeValue]) -> Event:
    """The event of an item in DynamoDB's JSON. Raises Unreadable on anything that ingest would not have written."""
    try:
        return from_item(workspace, decode_item(attributes))
    except Exception as error:  # nothing here reaches out, so whatever goes wrong, the item is why
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def from_item(workspace: str, item: Item) -> Event:
    """The event of a stored item, checked as at the door. Raises what the check raises when it is not one."""
    kept = _decoder.decode(str(item["body"]))
    if kind := event_types().get(kept.type):
        msgspec.convert(kept.properties, kind.completed or kind.properties)
    event = Event(
        id=kept.id, type=kept.type, time=kept.time, workspace=workspace, user=kept.user,
        properties=kept.properties, received=int(item["received"]),
    )  # fmt: skip
    pk, sk = key_of(event, workspace, slices=1)
    if (str(item["pk"]).rpartition("#")[0], item["sk"]) != (pk.rpartition("#")[0], sk):
        raise ValueError("stored under a key that is not its own")
    return event
