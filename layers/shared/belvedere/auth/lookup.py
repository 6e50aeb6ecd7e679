"""API keys as the Directory knows them, remembered for a short while so that most requests look up nothing.

A revoked key works for at most `KNOWN_S` seconds more in a warm function; a new key that was tried too early
works after `UNKNOWN_S`. Unknown keys have a small memory of their own: guessing cannot push real keys out.
"""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from belvedere.settings import settings
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.directory import api_key_key

KNOWN_S = 60.0
UNKNOWN_S = 5.0
MOST_KNOWN = 2_000
MOST_UNKNOWN = 500

Seconds = Callable[[], float]
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the Directory keeps of a key."""

    workspace: str
    scope: str
    key_id: str
    expires: int | None = None  # epoch seconds


class KeyMemory(Generic[Record]):
    """Records by what names them, forgotten after their time, the least used first when there are too many."""

    def __init__(self, fetch: Callable[[str], Record | None], seconds: Seconds = time.monotonic) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._known: OrderedDict[str, tuple[float, Record]] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()

    def remembers(self, key_hash: str) -> bool:
        """True when `find` would answer without asking the Directory."""
        now = self._seconds()
        known = self._known.get(key_hash)
        return (known is not None and known[0] > now) or self._unknown.get(key_hash, 0.0) > now

    def find(self, key_hash: str) -> Record | None:
        """The record of a key, from memory or from the Directory."""
        now = self._seconds()
        if (known := self._known.get(key_hash)) and known[0] > now:
            self._known.move_to_end(key_hash)
            return known[1]
        if self._unknown.get(key_hash, 0.0) > now:
            return None
        record = self._fetch(key_hash)
        self._remember(key_hash, record, now)
        return record

    def age_s(self, key_hash: str) -> float | None:
        """How long ago a remembered record was read, seconds; None where none is."""
        known = self._known.get(key_hash)
        return None if known is None else self._seconds() - (known[0] - KNOWN_S)

    async def found(self, key_hash: str) -> Record | None:
        """The same beside the event loop: a lookup blocks on the network; a remembered record is not worth a thread."""
        if self.remembers(key_hash):
            return self.find(key_hash)
        return await asyncio.to_thread(self.find, key_hash)

    def forget(self, key_hash: str | None = None) -> None:
        """Start empty; or only forget what is named."""
        for memory in (self._known, self._unknown):
            if key_hash is None:
                memory.clear()
            else:
                memory.pop(key_hash, None)

    def _remember(self, key_hash: str, record: Record | None, now: float) -> None:
        if record is None:
            self._known.pop(key_hash, None)
            self._unknown[key_hash] = now + UNKNOWN_S
            _trim(self._unknown, MOST_UNKNOWN)
        else:
            self._unknown.pop(key_hash, None)
            self._known[key_hash] = (now + KNOWN_S, record)
            self._known.move_to_end(key_hash)
            _trim(self._known, MOST_KNOWN)


def _trim(memory: OrderedDict[str, Any], most: int) -> None:
    while len(memory) > most:
        memory.popitem(last=False)


def fetch_record(key_hash: str) -> KeyRecord | None:
    """Read a key's record; consistent, so that a key works the moment after it was made."""
    key = api_key_key(key_hash)
    found = dynamodb().get_item(
        TableName=settings().directory_table,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        ConsistentRead=True,
    )
    item = found.get("Item")
    if item is None or not hmac.compare_digest(item["pk"]["S"], key.pk):
        return None
    expires = int(item["expires"]["N"]) if "expires" in item else None
    return KeyRecord(item["workspace"]["S"], item["scope"]["S"], item["key_id"]["S"], expires)


MEMORY = KeyMemory(fetch_record)
