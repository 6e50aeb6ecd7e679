"""API keys as the Directory knows them, remembered for a short while so that most requests look up nothing.

A revoked key works for at most `KNOWN_S` seconds more in a warm function; a new key that was tried too early
works after `UNKNOWN_S`. Unknown keys have a small memory of their own: guessing cannot push real keys out.
"""

import asyncio
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from cachetools import TLRUCache

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


class Remembered(NamedTuple, Generic[Record]):
    """What a lookup found (None: nothing), and until when that is believed."""

    record: Record | None
    until: float


class KeyMemory(Generic[Record]):
    """Records by what names them, forgotten after their time, the least used first when there are too many."""

    def __init__(self, fetch: Callable[[str], Record | None], seconds: Seconds = time.monotonic) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._known = _memory(MOST_KNOWN, seconds)
        self._unknown = _memory(MOST_UNKNOWN, seconds)
        self._lock = Lock()

    def remembers(self, key_hash: str) -> bool:
        """True when `find` would answer without asking the Directory."""
        with self._lock:
            return key_hash in self._known or key_hash in self._unknown

    def find(self, key_hash: str) -> Record | None:
        """The record of a key, from memory or from the Directory."""
        now = self._seconds()  # before the lookup: what changes while it runs is noticed in time
        with self._lock:
            if remembered := self._known.get(key_hash) or self._unknown.get(key_hash):
                record: Record | None = remembered.record
                return record
        record = self._fetch(key_hash)
        with self._lock:
            self._remember(key_hash, record, now)
        return record

    def age_s(self, key_hash: str) -> float | None:
        """How long ago a remembered record was read, seconds; None where none is."""
        with self._lock:
            remembered = self._known.get(key_hash)
        return None if remembered is None else self._seconds() - (remembered.until - KNOWN_S)

    async def found(self, key_hash: str) -> Record | None:
        """The same beside the event loop: a lookup blocks on the network; a remembered record is not worth a thread."""
        if self.remembers(key_hash):
            return self.find(key_hash)
        return await asyncio.to_thread(self.find, key_hash)

    def forget(self, key_hash: str | None = None) -> None:
        """Start empty; or only forget what is named."""
        with self._lock:
            for memory in (self._known, self._unknown):
                if key_hash is None:
                    memory.clear()
                else:
                    memory.pop(key_hash, None)

    def _remember(self, key_hash: str, record: Record | None, now: float) -> None:
        memory, other, life_s = (self._known, self._unknown, KNOWN_S)
        if record is None:
            memory, other, life_s = self._unknown, self._known, UNKNOWN_S
        other.pop(key_hash, None)
        memory[key_hash] = Remembered(record, now + life_s)


def _memory(most: int, seconds: Seconds) -> "TLRUCache[str, Remembered[Any], float]":
    return TLRUCache(most, lambda _, remembered, __: remembered.until, seconds)


def fetch_record(key_hash: str) -> KeyRecord | None:
    """Read a key's record; consistent, so that a key works the moment after it was made."""
    key = api_key_key(key_hash)
    reply = dynamodb().get_item(
        TableName=settings().directory_table,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        ConsistentRead=True,
    )
    item = reply.get("Item")
    if item is None or not hmac.compare_digest(item["pk"]["S"], key.pk):
        return None
    expires = int(item["expires"]["N"]) if "expires" in item else None
    return KeyRecord(item["workspace"]["S"], item["scope"]["S"], item["key_id"]["S"], expires)


MEMORY = KeyMemory(fetch_record)
