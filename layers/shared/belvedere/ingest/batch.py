"""Checks the events of a request: all at once where nothing is wrong with any, else one after the other.

The rules are `parse`'s, and only `parse` rejects. What is checked at once is a handful of calls for the whole batch;
whatever they do not understand leaves the whole batch to `parse`.
"""

from collections.abc import Sequence
from datetime import datetime
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from belvedere.clock import DAY_MS, to_ms
from belvedere.ingest.body import MAX_EVENTS, EventBatch
from belvedere.ingest.event import EventContent
from belvedere.ingest.parse import CONTROL, MAX_TEXT, TIMES, moment, parse
from belvedere.ingest.quarantine import Rejected
from belvedere.ingest.writable import MAX_EVENT, check_writable
from belvedere.schema.catalog import catalog

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
ESCAPE, DELETE = b"\\", b"\x7f"  # how control characters come in JSON: all but DEL as an escape


class _Plain(msgspec.Struct, gc=False):
    """An event as most are sent."""

    id: Text
    type: str
    time: Any
    user: Text | None = None
    workspace: str | None = None
    properties: dict[str, Any] | None = None


_one = msgspec.json.Decoder(_Plain)
_many = msgspec.json.Decoder(list[_Plain])


def parse_all(batch: EventBatch, workspace: str, now: int) -> Sequence[EventContent | Rejected]:
    """The content of each event received at `now` (epoch ms), or why it is rejected, in order.

    Raises BadRequest when the batch is no JSON, TooLarge beyond 5,000 events.
    """
    together = at_once(batch, workspace, now)
    return [_parse(raw, workspace, now) for raw in batch.raws] if together is None else together


def at_once(batch: EventBatch, workspace: str, now: int) -> list[EventContent] | None:
    """The contents of a batch without any fault; None where one event, or the whole, needs a closer look."""
    try:
        events = _many.decode(batch.texts[0]) if batch.array else [_one.decode(text) for text in batch.texts]
        times = _times([event.time for event in events])
        _check_properties(events)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError, OverflowError, KeyError, Rejected):
        return None
    allowed = len(events) <= MAX_EVENTS and {event.workspace for event in events} <= {None, workspace}
    if not (allowed and _in_range(times, now) and _small(batch) and _printable(batch, events)):
        return None
    return [
        EventContent(event.id, event.properties or {}, time, event.type, event.user)
        for event, time in zip(events, times, strict=True)
    ]


def _parse(raw: bytes, workspace: str, now: int) -> EventContent | Rejected:
    try:
        return parse(raw, workspace, now)
    except Rejected as rejected:
        return rejected


def _times(values: Sequence[Any]) -> list[int]:
    """Epoch milliseconds of texts, or of whole numbers. Raises ValueError or TypeError on anything else."""
    try:
        return list(map(to_ms, map(datetime.fromisoformat, values)))
    except TypeError:  # not all of them are texts
        return [moment(value) for value in values]


def _check_properties(events: Sequence[_Plain]) -> None:
    """Raises ValidationError where a property is not as its type declares it, KeyError on an unknown type, and
    Rejected on one that could not be written later."""
    for kind in {event.type for event in events}:
        properties = [event.properties or {} for event in events if event.type == kind]
        msgspec.convert(properties, GenericAlias(list, (catalog().event_types[kind].properties,)))
        for own in properties:
            check_writable(own)


def _in_range(times: Sequence[int], now: int) -> bool:
    return not times or (min(times) in TIMES and max(times) in TIMES and max(times) <= now + DAY_MS)


def _small(batch: EventBatch) -> bool:
    """True where no event is over its limit."""
    return all(len(text) <= MAX_EVENT for text in batch.texts) or all(len(raw) <= MAX_EVENT for raw in batch.raws)


def _printable(batch: EventBatch, events: Sequence[_Plain]) -> bool:
    """True where no id and no user holds a control character; the known types hold none."""
    if not any(ESCAPE in text or DELETE in text for text in batch.texts):
        return True
    return not any(CONTROL.search(text) for event in events for text in (event.id, event.user) if text)
