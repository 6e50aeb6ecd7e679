"""Turns a request body into one raw JSON text per event, within stated limits.

JSON object, array, `{"events": [...]}` or NDJSON; gzip where the header says so, inflated only up to the limit.
"""

import zlib
from collections.abc import Mapping

import msgspec

from belvedere.errors import BadRequest, TooLarge

MAX_BODY = 5 * 1024 * 1024
MAX_BODY_TEXT = "5 MiB"
MAX_EVENTS = (
    5_000  # each has its own line in an answer that may have 6 MB, and they are written within a request's time
)
NDJSON_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
ENCODINGS = ("gzip", "identity")

_array = msgspec.json.Decoder(list[msgspec.Raw])


class _Wrapped(msgspec.Struct):
    events: list[msgspec.Raw]


_wrapped = msgspec.json.Decoder(_Wrapped)


def raw_events(body: bytes, headers: Mapping[str, str]) -> list[bytes]:
    """One JSON text per event. Raises BadRequest on an unreadable body, TooLarge beyond 5 MiB inflated or 5,000."""
    text = inflate(body, headers.get("content-encoding", ""))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    lines = kind in NDJSON_TYPES
    found = [line for line in text.splitlines() if line.strip()] if lines else _json_events(text.strip())
    if len(found) > MAX_EVENTS:
        raise TooLarge(f"body: {len(found)} events; at most {MAX_EVENTS} in one request, send smaller batches")
    return found


def inflate(body: bytes, encoding: str) -> bytes:
    """The body as it was before compression, never more than the limit in memory."""
    encoding = encoding.strip().lower() or "identity"
    if encoding not in ENCODINGS:
        raise BadRequest(f"Content-Encoding: {encoding!r} is not supported; use one of {', '.join(ENCODINGS)}")
    text = gunzip(body) if encoding == "gzip" else body
    if len(text) > MAX_BODY:
        raise TooLarge(f"body: more than {MAX_BODY_TEXT} of events in one request; send smaller batches")
    return text


def gunzip(body: bytes) -> bytes:
    """Inflate gzip, members one after another, stopping just past the limit."""
    text, rest = b"", body
    while rest and len(text) <= MAX_BODY:
        stream = zlib.decompressobj(wbits=31)
        try:
            text += stream.decompress(rest, MAX_BODY + 1 - len(text))
        except zlib.error as error:
            raise BadRequest("body: Content-Encoding says gzip, but it cannot be inflated") from error
        if not stream.eof and len(text) <= MAX_BODY:
            raise BadRequest("body: the gzip data ends too early")
        rest = stream.unused_data
    return text


def _json_events(text: bytes) -> list[bytes]:
    try:
        if text.startswith(b"["):
            return [bytes(raw) for raw in _array.decode(text)]
        if text.startswith(b"{"):
            return _object_events(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(f"body: not valid JSON: {error}") from error
    raise BadRequest('body: send a JSON object, an array, {"events": [...]}, or NDJSON (application/x-ndjson)')


def _object_events(text: bytes) -> list[bytes]:
    keys = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    if "events" not in keys or "type" in keys:
        return [text]
    try:
        return [bytes(raw) for raw in _wrapped.decode(text).events]
    except msgspec.ValidationError as error:
        raise BadRequest("events: must be an array of events") from error
