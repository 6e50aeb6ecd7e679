"""What could not be kept as an event, with its reason: rejected at the door, or put aside by the fold.

Kept 14 days. The key is the day and a digest of the content, so a client that repeats itself fills no table.
"""

import re
from enum import StrEnum

from belvedere.clock import DAY_MS, SECOND_MS, iso_ms
from belvedere.errors import Invalid
from belvedere.ingest.event import digest
from belvedere.storage.attributes import Item, decode_item, encode
from belvedere.storage.keys.state import quarantine_partition
from belvedere.storage.table import WorkspaceTable

LIFE_MS = 14 * DAY_MS
RAW_LIMIT = 32 * 1024
MAX_PAGE = 1000
_CURSOR = re.compile(r"\d{4}-\d{2}-\d{2}#[0-9A-Za-z]{1,64}")  # the sort keys that `_item` makes


class Reason(StrEnum):
    """Why something was not kept. The one list; the API and docs/events.md name no other."""

    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    INVALID_ID = "invalid_id"
    UNKNOWN_TYPE = "unknown_type"
    INVALID_TIME = "invalid_time"
    TIME_IN_FUTURE = "time_in_future"
    INVALID_USER = "invalid_user"
    INVALID_PROPERTY = "invalid_property"
    FOREIGN_WORKSPACE = "foreign_workspace"
    TOO_LARGE = "too_large"
    DIFFERENT_CONTENT = "different_content"
    UNREADABLE_RECORD = "unreadable_record"
    REFUSED_BY_DATABASE = "refused_by_database"


class Rejected(Exception):
    """An event is not kept: why, with a detail that names the field; and the event's id, where it could be read."""

    def __init__(self, reason: Reason, detail: str, event_id: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.event_id = event_id


def rejected_item(workspace: str, *, now: int, reason: Reason, detail: str, raw: bytes, event_id: str | None) -> Item:
    """The item that keeps a rejected event; a long one is cut, and says so."""
    shortened = raw[:RAW_LIMIT].decode("utf-8", "replace")
    item = _item(workspace, now, digest(raw).hex(), reason, detail, shortened, cut=len(raw) > RAW_LIMIT)
    return item | {"id": event_id} if event_id else item


def aside_item(workspace: str, *, now: int, sequence: str, reason: Reason, detail: str, raw: str) -> Item:
    """The item that keeps what the fold put aside: a stream record it could not understand, or a refused event."""
    shortened = raw.encode()[:RAW_LIMIT].decode("utf-8", "ignore")
    item = _item(workspace, now, sequence, reason, detail, shortened, cut=shortened != raw)
    return item | {"sequence": sequence}


def _item(workspace: str, now: int, name: str, reason: Reason, detail: str, raw: str, *, cut: bool) -> Item:
    return {
        "pk": quarantine_partition(workspace), "sk": f"{iso_ms(now)[:10]}#{name}",
        "reason": reason.value, "detail": detail, "raw": raw, "cut": cut,
        "received": now, "expires": (now + LIFE_MS) // SECOND_MS,
    }  # fmt: skip


def newest(state: WorkspaceTable, *, limit: int, after: str | None = None) -> tuple[list[Item], str | None]:
    """A page of at most `limit` items, newest day first, and the cursor to ask the next page `after`.

    Raises Invalid on a cursor that no answer gave.
    """
    if after and not _CURSOR.fullmatch(after):
        raise Invalid("cursor: give back the cursor of the last answer, unchanged")
    pk = quarantine_partition(state.workspace)
    start = {"pk": encode(pk), "sk": encode(after)} if after else None
    page = next(state.pages(pk, forward=False, limit=limit, start=start))
    cursor = page.get("LastEvaluatedKey")
    return [decode_item(item) for item in page["Items"]], str(cursor["sk"]["S"]) if cursor else None
