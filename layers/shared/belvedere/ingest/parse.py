"""Checks one raw event, or says by name why it is rejected. `batch` checks many at once, by the same rules."""

import re
from datetime import datetime
from typing import Any

import msgspec

from belvedere.clock import DAY_MS, END_OF_CALENDAR_MS, to_ms
from belvedere.ingest.event import EventContent
from belvedere.ingest.quarantine import Reason, Rejected
from belvedere.ingest.writable import MAX_EVENT, check_writable
from belvedere.schema.catalog import catalog

MAX_TEXT = 200
NOT_UTF8 = "event: not valid UTF-8"
REQUIRED = ("id", "type", "time")
TIMES = range(END_OF_CALENDAR_MS)  # years 1970 to 9999
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Wire(msgspec.Struct):
    """An event as the native protocol carries it; other top-level keys are ignored."""

    id: Any = None
    type: Any = None
    time: Any = None
    user: Any = None
    workspace: Any = None
    properties: msgspec.Raw = msgspec.Raw(b"{}")


_wire = msgspec.json.Decoder(_Wire)
_properties = msgspec.json.Decoder(dict[str, Any] | None)


def parse(raw: bytes, workspace: str, now: int) -> EventContent:
    """The content of one JSON text received at `now` (epoch ms). Raises Rejected."""
    if len(raw) > MAX_EVENT:
        raise Rejected(Reason.TOO_LARGE, f"event: {len(raw)} bytes; at most {MAX_EVENT} (256 KiB) are kept")
    wire = _decode(raw)
    event_id = text(wire.id, "id", Reason.INVALID_ID)
    try:
        return _checked(wire, event_id, workspace, now)
    except Rejected as rejected:
        rejected.event_id = event_id
        raise


def _decode(raw: bytes) -> _Wire:
    try:
        return _wire.decode(raw)
    except msgspec.ValidationError as error:
        raise Rejected(Reason.NOT_AN_OBJECT, "event: must be a JSON object with id, type and time") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Rejected(Reason.MALFORMED_JSON, f"event: not valid JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise Rejected(Reason.MALFORMED_JSON, NOT_UTF8) from error


def _checked(wire: _Wire, event_id: str, workspace: str, now: int) -> EventContent:
    if wire.workspace not in (None, workspace):
        raise Rejected(Reason.FOREIGN_WORKSPACE, f"workspace: this key writes to {workspace!r}; send that, or nothing")
    kind = text(wire.type, "type", Reason.UNKNOWN_TYPE)
    if kind not in catalog().event_types:
        raise Rejected(
            Reason.UNKNOWN_TYPE, f"type: {kind!r} is unknown; one of {', '.join(sorted(catalog().event_types))}"
        )
    user = None if wire.user is None else text(wire.user, "user", Reason.INVALID_USER)
    time = _time(wire.time, now)
    return EventContent(event_id, _properties_of(wire.properties, kind), time, kind, user)


def text(value: Any, field: str, reason: Reason) -> str:
    """A required text of 1 to 200 characters without control characters."""
    if value is None:
        raise Rejected(Reason.MISSING_FIELD, f"{field}: required; an event has {', '.join(REQUIRED)}")
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT or CONTROL.search(value):
        raise Rejected(reason, f"{field}: must be text of 1 to {MAX_TEXT} characters, none of them a control character")
    return value


def _time(value: Any, now: int) -> int:
    """Epoch milliseconds of ISO 8601 text with an offset, or of a number of milliseconds."""
    if value is None:
        raise Rejected(Reason.MISSING_FIELD, "time: required; ISO 8601 with an offset, or epoch milliseconds")
    try:
        ms = moment(value)
    except (ValueError, OverflowError) as error:
        allowed = "ISO 8601 with an offset (2025-01-15T10:30:00Z) or whole epoch milliseconds from year 1970 to 9999"
        raise Rejected(Reason.INVALID_TIME, f"time: {value!r:.60} is not a time; send {allowed}") from error
    if ms > now + DAY_MS:
        raise Rejected(Reason.TIME_IN_FUTURE, "time: more than 24 hours ahead of the server's clock")
    return ms


def moment(value: Any) -> int:
    """Epoch milliseconds of what a client sends as a time. Raises ValueError or OverflowError."""
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        value = to_ms(moment)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("neither text nor a whole number")
    if value not in TIMES:
        raise ValueError("out of range")
    return int(value)


def _properties_of(raw: msgspec.Raw, kind: str) -> dict[str, Any]:
    """All properties, the declared ones checked against their types. Raises Rejected naming the property."""
    try:
        properties = _properties.decode(raw) or {}
        msgspec.convert(properties, catalog().event_types[kind].properties)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).replace("`", "").partition(" - at ")
        field = "properties" + path.strip("$ ") if path else "properties"
        raise Rejected(Reason.INVALID_PROPERTY, f"{field}: {problem[0].lower()}{problem[1:]}") from error
    except RecursionError as error:
        raise Rejected(Reason.INVALID_PROPERTY, "properties: nested too deeply") from error
    except UnicodeDecodeError as error:
        raise Rejected(Reason.MALFORMED_JSON, NOT_UTF8) from error
    check_writable(properties)
    return properties
