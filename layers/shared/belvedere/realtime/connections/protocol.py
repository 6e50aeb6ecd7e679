"""What clients may send over a WebSocket (subscribe, unsubscribe, ping, heartbeat), and the frames of the server that
belong to no channel: greetings, answers, errors, heartbeats. Pure.

A frame is a JSON object with a `type` (or `action`), an `id` of the client's choice that the answer repeats, and more:

    {"type": "subscribe", "channel": "events", "filters": {"user_id": "ada", "types": ["alert"]}, "cursor": "..."}
"""

from dataclasses import dataclass
from typing import Any

import orjson

from belvedere.clock import HOUR_MS, MINUTE_MS, SECOND_MS, iso
from belvedere.error_mapping import UNEXPECTED
from belvedere.errors import BadRequest, BelvedereError, Invalid, TooLarge
from belvedere.realtime.changelog.log import WINDOW_MS

MOST_BYTES = 8_192
TYPES = ("subscribe", "unsubscribe", "ping", "heartbeat", "auth")
FILTERS = ("user_id", "types")
MOST_FILTERED = 100
MOST_TEXT = 200
HEARTBEAT_S = 30
OLD_MS = 2 * HOUR_MS - 10 * MINUTE_MS  # then a connection is advised to open another


@dataclass(frozen=True, slots=True)
class ClientFrame:
    """A client's frame, checked for its form; the fields that do not go with its type are at their defaults."""

    type: str
    id: Any = None
    channel: str | None = None
    users: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    cursor: str | None = None
    token: str | None = None
    sent: Any = None


def parse_frame(frame: str) -> ClientFrame:
    """What a client's frame says. Raises TooLarge, BadRequest or Invalid, naming what is wrong with it."""
    if len(frame.encode()) > MOST_BYTES:
        raise TooLarge(f"a frame has at most {MOST_BYTES} bytes")
    try:
        given = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise BadRequest("a frame is a JSON object") from error
    if not isinstance(given, dict):
        raise BadRequest("a frame is a JSON object")
    kind = given.get("type", given.get("action"))
    if kind not in TYPES:
        raise Invalid(f"type: must be one of {', '.join(TYPES)}")
    filters = _filters(given.get("filters"))
    return ClientFrame(
        type=kind,
        id=_small(given.get("id"), "id"),
        channel=_text(given.get("channel"), "channel"),
        users=_texts(filters.get("user_id", filters.get("user_ids")), "filters.user_id"),
        types=_texts(filters.get("types"), "filters.types"),
        cursor=_text(given.get("cursor"), "cursor"),
        token=_text(given.get("token"), "token", most=MOST_BYTES),
        sent=_small(given.get("timestamp"), "timestamp"),
    )


def answer(kind: str, to: ClientFrame | None = None, **fields: Any) -> dict[str, Any]:
    """A frame that answers another one."""
    return {"type": kind, **({"id": to.id} if to is not None and to.id is not None else {}), **fields}


def error_frame(error: BelvedereError, now: int) -> dict[str, Any]:
    """The frame that tells of an error."""
    detail = UNEXPECTED if error.status == 500 else error.detail
    fields = {"code": error.code, "error": error.title, "detail": detail, "message": detail}
    return {"type": "error", **fields, "timestamp": iso(now)}


def connected_frame(
    connection_id: str, workspace: str, user: str | None, channel: str | None, now: int
) -> dict[str, Any]:
    """The frame that greets a connection; `channel` is what it hears from the beginning."""
    hint = f"you hear the channel {channel}" if channel else "subscribe to a channel to hear something"
    return {
        "type": "connected", "message": f"Connected to {workspace}; {hint}", "connection_id": connection_id,
        "workspace": workspace, "channel": channel, "user_id": user, "heartbeat_s": HEARTBEAT_S,
        "replay_window_s": WINDOW_MS // SECOND_MS, "timestamp": iso(now),
    }  # fmt: skip


def heartbeat_messages(opened: int, now: int) -> dict[str, dict[str, Any]]:
    """A heartbeat; to a connection that API Gateway will soon close, also the advice to open another. By type."""
    messages = {"heartbeat": {"timestamp": iso(now)}}
    if now - opened > OLD_MS:
        last = iso(opened + 2 * HOUR_MS)
        messages["reconnect"] = {"reason": "API Gateway closes connections after two hours", "before": last}
    return messages


def heartbeat_frames(opened: int, now: int) -> list[dict[str, Any]]:
    """The same as frames, for a connection that hears no channel."""
    messages = heartbeat_messages(opened, now)
    return [{"type": kind, "data": data, "timestamp": iso(now)} for kind, data in messages.items()]


def _filters(value: Any) -> dict[str, Any]:
    """The filters of a frame; one that is not known is refused, for without it its sender would hear everything."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not value.keys() <= {*FILTERS, "user_ids"}:
        raise Invalid(f"filters: must be an object with any of {', '.join(FILTERS)}")
    return value


def _text(value: Any, field: str, most: int = MOST_TEXT) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise Invalid(f"{field}: must be a text of 1 to {most} characters")
    return value


def _texts(value: Any, field: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    short = all(isinstance(text, str) and len(text) <= MOST_TEXT for text in values)
    if not short or not 0 < len(values) <= MOST_FILTERED:
        raise Invalid(f"{field}: must be a text, or 1 to {MOST_FILTERED} of them")
    return tuple(values)


def _small(value: Any, field: str) -> Any:
    if value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MOST_TEXT):
        return value
    raise Invalid(f"{field}: must be a number or a text of at most {MOST_TEXT} characters")
