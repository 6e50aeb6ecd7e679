"""The layer in the process: the answers used last, as many as fit."""

from contextlib import suppress
from threading import Lock

from cachetools import Cache, LRUCache

from belvedere.cache.entry import CacheEntry
from belvedere.cache.invalidation import matches

MOST_ENTRIES = 1_000
MOST_BYTES = 32 * 1024 * 1024

Name = tuple[str, str]  # (workspace, name of the request)


class Memory:
    """Entries by workspace and name; whoever was not used longest goes first."""

    def __init__(self, most: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self.most = most
        self._entries: LRUCache[Name, CacheEntry] = LRUCache(most_bytes, getsizeof=lambda entry: entry.size)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """How large all entries are together."""
        return int(self._entries.currsize)

    def get(self, name: Name) -> CacheEntry | None:
        """The entry, which thereby becomes the last used."""
        with self._lock:
            return self._entries.get(name)

    def put(self, name: Name, entry: CacheEntry) -> None:
        """Keep an entry, unless it alone is too big."""
        with self._lock:
            self._entries.pop(name, None)
            with suppress(ValueError):  # it is too big
                self._entries[name] = entry
            while len(self._entries) > self.most:
                self._entries.popitem()

    def drop(self, name: Name) -> None:
        """Forget one."""
        with self._lock:
            self._entries.pop(name, None)

    def drop_matching(self, workspace: str, pattern: str) -> int:
        """Forget a workspace's answers that a glob names; how many there were."""
        with self._lock:
            names = [name for name in self._entries if name[0] == workspace and self._matches(pattern, name)]
            for name in names:
                del self._entries[name]
        return len(names)

    def clear(self) -> None:
        """Start empty."""
        with self._lock:
            self._entries.clear()

    def _matches(self, pattern: str, name: Name) -> bool:
        entry = Cache.__getitem__(self._entries, name)  # looked at, not used
        return matches(pattern, name[1], entry.tags)
