"""Turns a request body into the JSON texts of its events, within stated limits.

JSON object, array, `{"events": [...]}` or NDJSON, in UTF-8 with a byte order mark or without; gzip where the header
says so, inflated only up to the limit. In each of these forms an event that cannot be read is that event's matter.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from belvedere.errors import BadRequest, TooLarge
from belvedere.ingest.elements import elements, fields

MAX_SENT = 4 * 1024 * 1024  # as sent; Lambda takes 6,291,556 bytes of event, in which a body is escaped or base64
MAX_SENT_TEXT = "4 MiB"
MAX_BODY = 5 * 1024 * 1024  # inflated
MAX_BODY_TEXT = "5 MiB"
MAX_EVENTS = (
    5_000  # each has its own line in an answer that may have 6 MB, and they are written within a request's time
)
MAX_MEMBERS = MAX_EVENTS  # of gzip: one an event, for who appends compressed lines
PIECE = 16 * 1024
NDJSON_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
ENCODINGS = ("gzip", "x-gzip", "identity")
CHARSETS = ("utf-8", "utf8", "us-ascii")
MARK = b"\xef\xbb\xbf"  # of UTF-8, as some editors and exporters begin their files
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True)
class EventBatch:
    """The events of one request: the text of the `array` they came in, or one text for each."""

    texts: Sequence[bytes]
    array: bool = False

    @cached_property
    def raws(self) -> Sequence[bytes]:
        """One JSON text per event. Raises BadRequest on an array that cannot be read, TooLarge beyond 5,000 events."""
        texts = _elements(self.texts[0]) if self.array else self.texts
        if len(texts) > MAX_EVENTS:
            raise TooLarge(f"body: {len(texts)} events; at most {MAX_EVENTS} in one request, send smaller batches")
        return texts


def batch_of(body: bytes, headers: Mapping[str, str]) -> EventBatch:
    """The events of a request's body.

    Raises BadRequest on a body without any form, TooLarge beyond 4 MiB as sent or 5 MiB inflated.
    """
    check_sent(body)
    text = inflate(body, headers.get("content-encoding", ""))
    kind = content_type(headers.get("content-type", ""))
    text = text.removeprefix(MARK).strip()
    if kind in NDJSON_TYPES:
        return EventBatch([line for line in text.splitlines() if line.strip()])
    if text.startswith(b"["):
        return EventBatch([text], array=True)
    if text.startswith(b"{"):
        return _batch_of_object(text)
    raise BadRequest('body: send a JSON object, an array, {"events": [...]}, or NDJSON (application/x-ndjson)')


def check_sent(body: bytes) -> None:
    """Raise TooLarge on a body that Lambda might not be given."""
    if len(body) > MAX_SENT:
        raise TooLarge(f"body: more than {MAX_SENT_TEXT} as sent; send smaller batches, or compress them with gzip")


def content_type(header: str) -> str:
    """The media type. Raises BadRequest where it says that the text is not UTF-8, which all JSON is (RFC 8259)."""
    kind, *parameters = (parameter.strip().lower() for parameter in header.split(";"))
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip() == "charset" and charset.strip(' "') not in CHARSETS:
            raise BadRequest(f"Content-Type: the charset {charset[:40]!r} is not supported; send UTF-8")
    return kind


def inflate(body: bytes, encoding: str) -> bytes:
    """The body as it was before compression, never more than the limit in memory."""
    encoding = encoding.strip().lower() or "identity"
    if encoding not in ENCODINGS:
        raise BadRequest(f"Content-Encoding: {encoding!r} is not supported; use one of {', '.join(ENCODINGS)}")
    text = body if encoding == "identity" else gunzip(body)
    if len(text) > MAX_BODY:
        raise TooLarge(f"body: more than {MAX_BODY_TEXT} of events in one request; send smaller batches")
    return text


def gunzip(body: bytes) -> bytes:
    """Inflate gzip, members one after another, stopping just past the limit. Raises BadRequest beyond MAX_MEMBERS.

    A member is fed piece by piece: zlib hands back a copy of all that it was given and did not need.
    """
    pieces: list[bytes] = []
    room, at, members = MAX_BODY + 1, 0, 0
    while at < len(body) and room > 0:
        members += 1
        if members > MAX_MEMBERS:
            raise BadRequest(f"body: more than {MAX_MEMBERS} gzip members; compress the events together")
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof and room > 0:
            if at >= len(body):
                raise BadRequest("body: the gzip data ends too early")
            pieces.append(_inflated(stream, body[at : at + PIECE], room))
            at += PIECE
            room -= len(pieces[-1])
        at = min(at, len(body)) - len(stream.unused_data)
    return b"".join(pieces)


def _inflated(stream: "zlib._Decompress", piece: bytes, room: int) -> bytes:
    try:
        return stream.decompress(piece, room)
    except zlib.error as error:
        raise BadRequest("body: Content-Encoding says gzip, but it cannot be inflated") from error


def _elements(text: bytes) -> list[bytes]:
    try:
        return [bytes(raw) for raw in _array.decode(text)]
    except UNREADABLE:
        try:
            return elements(text)
        except ValueError as error:
            raise _not_json(error) from error


def _batch_of_object(text: bytes) -> EventBatch:
    """One event, or a list of them under `events`; one event that cannot be read is a body that cannot."""
    try:
        keys = {name: bytes(raw).strip() for name, raw in _object.decode(text).items()}
    except UNREADABLE as error:
        keys = _fields(text)
        if "events" not in keys:
            raise _not_json(error) from error
    if "events" not in keys or "type" in keys:
        return EventBatch([text])
    if not keys["events"].startswith(b"["):
        raise BadRequest("events: must be an array of events")
    return EventBatch([keys["events"]], array=True)


def _fields(text: bytes) -> dict[str, bytes]:
    try:
        return fields(text)
    except ValueError as error:
        raise _not_json(error) from error


def _not_json(error: Exception) -> BadRequest:
    return BadRequest(f"body: not valid JSON: {error}")
