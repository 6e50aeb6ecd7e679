"""The canonical event, whatever protocol it came by: its content, the bytes of it, and its key."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from belvedere.clock import iso_ms
from belvedere.storage.keys import Key
from belvedere.storage.keys.events import event_key

DIGEST_BYTES = 16


class EventContent(msgspec.Struct, frozen=True, gc=False):
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
    def content(self) -> EventContent:
        """The part that came from the client."""
        return EventContent(self.id, self.properties, self.time, self.type, self.user)


_encoder = msgspec.json.Encoder(order="deterministic")  # sorts the keys of objects; Content's fields are in order


def canonical(contents: Sequence[EventContent]) -> list[bytes]:
    """The content of events as canonical JSON: sorted keys, no spaces, so equal content is equal bytes.

    One call for all of them; as there are no line breaks in such a text, they come as lines.
    """
    return _encoder.encode_lines(contents).split(b"\n")[:-1]


def slice_of(event_id: str, slices: int) -> int:
    """Which of a day's `slices` partitions an event lives in; from its id only."""
    if slices == 1:
        return 0
    return int.from_bytes(blake2b(event_id.encode(), digest_size=4).digest(), "big") % slices


def key_of(event: Event | EventContent, workspace: str, slices: int) -> Key:
    """The event's key in Events."""
    return event_key(workspace, event.type, iso_ms(event.time), event.id, slice_of(event.id, slices))


def digest(body: bytes) -> bytes:
    """Fingerprint of canonical content."""
    return blake2b(body, digest_size=DIGEST_BYTES).digest()
