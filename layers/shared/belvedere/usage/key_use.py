"""On which UTC day each API key was last used: a row of State for each key.

Noted in memory where a key is let in, and written when usage is: by each process once a day for each key that it sees,
so no request pays a write of its own. What could not be written is logged, and noted anew when the key comes again.
"""

from datetime import datetime
from threading import Lock

from cachetools import LRUCache

from belvedere.clock import DAY_MS, SECOND_MS, iso, to_ms
from belvedere.observability import logger
from belvedere.storage.attributes import encode
from belvedere.storage.keys.state import key_use_key, key_use_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables

MOST_KNOWN = 2_000
KEPT_DAYS = 400
Name = tuple[str, str]  # (workspace, key id)


class KeyUse:
    """The keys that this process has let in lately."""

    def __init__(self) -> None:
        self._written: LRUCache[Name, str] = LRUCache(MOST_KNOWN)
        self._waiting: dict[Name, str] = {}
        self._lock = Lock()

    def seen(self, workspace: str, key_id: str, now: int) -> None:
        """Note that a key was used; in memory only."""
        name, day = (workspace, key_id), iso(now)[:10]
        with self._lock:
            if self._written.get(name) != day:
                self._waiting[name] = day

    def write(self) -> None:
        """Write what is new. Never raises. Blocking."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for (workspace, key_id), day in waiting.items():
            try:
                _write(tables(workspace).state, key_id, day)
            except Exception as error:
                logger().warning("the use of a key was not noted", key_id=key_id, detail=str(error))
                continue
            with self._lock:
                self._written[workspace, key_id] = day

    def forget(self) -> None:
        """Start empty."""
        with self._lock:
            self._written.clear()
            self._waiting.clear()


def last_used(state: WorkspaceTable) -> dict[str, str]:
    """The day on which each key of a workspace was last used, by key id. Blocking."""
    return {str(row["sk"]): str(row["day"]) for row in state.query(key_use_partition(state.workspace))}


def _write(state: WorkspaceTable, key_id: str, day: str) -> None:
    expires = (to_ms(datetime.fromisoformat(f"{day}T00:00:00Z")) + KEPT_DAYS * DAY_MS) // SECOND_MS
    state.attempt(
        "update_item",
        Key=state.key(key_use_key(state.workspace, key_id)),
        UpdateExpression="SET #day = :day, #expires = :expires",
        ConditionExpression="attribute_not_exists(#day) OR #day < :day",
        ExpressionAttributeNames={"#day": "day", "#expires": "expires"},
        ExpressionAttributeValues={":day": encode(day), ":expires": encode(expires)},
    )


USE = KeyUse()
