"""The item in which an event is stored, and the event of such an item.

It keeps the event's content in one JSON attribute, so that the fold reads it back in one step, and a digest of it, so
that a second copy is told from a contradiction without comparing bodies.
"""

from collections.abc import Mapping, Sequence
from operator import is_

import msgspec

from belvedere.clock import DAY_MS, SECOND_MS
from belvedere.ingest.event import Event, EventContent, canonical, digest, key_of
from belvedere.ingest.listed import listed_attributes, listings
from belvedere.schema.catalog import catalog
from belvedere.storage.attributes import AttributeValue, Item, decode_item

_decoder = msgspec.json.Decoder(EventContent)


def to_items(
    contents: Sequence[EventContent], *, workspace: str, received: int, slices: int, retention_days: int
) -> list[Item]:
    """The items in which events are stored; their life counts from receipt.

    The digest is of what the client sent, so a retry is a duplicate whatever its type would add to it by then.
    """
    times = {"received": received, "expires": (received + retention_days * DAY_MS) // SECOND_MS}
    sent, full = canonical(contents), [enriched(content) for content in contents]
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


def enriched(content: EventContent) -> EventContent:
    """The content with what its type adds to it; the very same where that is nothing."""
    kind = catalog().event_types.get(content.type)
    if kind is None or kind.enrich is None:
        return content
    return msgspec.structs.replace(content, properties=kind.enrich(content.properties, content.time))


class Unreadable(Exception):
    """A stored item that is no event, with the reason; whoever wrote it, it counts nowhere."""


def stored_event(workspace: str, attributes: Mapping[str, AttributeValue]) -> Event:
    """The event of an item in DynamoDB's JSON. Raises Unreadable on anything that ingest would not have written."""
    try:
        return from_item(workspace, decode_item(attributes))
    except Exception as error:  # nothing here reaches out, so whatever goes wrong, the item is why
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def content_of(item: Item) -> EventContent:
    """The content of a stored item, with what its type adds to it."""
    return _decoder.decode(str(item["body"]))


def from_item(workspace: str, item: Item) -> Event:
    """The event of a stored item, checked as at the door. Raises what the check raises when it is not one."""
    content = content_of(item)
    if kind := catalog().event_types.get(content.type):
        msgspec.convert(content.properties, kind.stored_schema or kind.properties)
    event = Event(
        id=content.id, type=content.type, time=content.time, workspace=workspace, user=content.user,
        properties=content.properties, received=int(item["received"]),
    )  # fmt: skip
    pk, sk = key_of(event, workspace, slices=1)
    if (str(item["pk"]).rpartition("#")[0], item["sk"]) != (pk.rpartition("#")[0], sk):
        raise ValueError("stored under a key that is not its own")
    return event
