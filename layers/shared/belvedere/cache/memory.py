"""The layer in the process: the answers used last, as many as fit."""

from collections import OrderedDict
from threading import Lock

from belvedere.cache.entry import CacheEntry
from belvedere.cache.invalidation import matches

MOST_ENTRIES = 1_000
MOST_BYTES = 32 * 1024 * 1024

Name = tuple[str, str]  # (workspace, name of the request)


class Memory:
    """Entries by workspace and name; whoever was not used longest goes first."""

    def __init__(self, most: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.bytes = 0
        self._entries: OrderedDict[Name, CacheEntry] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: Name) -> CacheEntry | None:
        """The entry, which thereby becomes the last used."""
        with self._lock:
            if name in self._entries:
                self._entries.move_to_end(name)
            return self._entries.get(name)

    def put(self, name: Name, entry: CacheEntry) -> None:
        """Keep an entry, unless it alone is too big."""
        with self._lock:
            self._drop(name)
            if entry.size > self.most_bytes:
                return
            self._entries[name] = entry
            self.bytes += entry.size
            while len(self._entries) > self.most or self.bytes > self.most_bytes:
                self._drop(next(iter(self._entries)))

    def drop(self, name: Name) -> None:
        """Forget one."""
        with self._lock:
            self._drop(name)

    def drop_matching(self, workspace: str, pattern: str) -> int:
        """Forget a workspace's answers that a glob names; how many there were."""
        with self._lock:
            named = [
                name
                for name, entry in self._entries.items()
                if name[0] == workspace and matches(pattern, name[1], entry.tags)
            ]
            for name in named:
                self._drop(name)
        return len(named)

    def clear(self) -> None:
        """Start empty."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0

    def _drop(self, name: Name) -> None:
        if dropped := self._entries.pop(name, None):
            self.bytes -= dropped.size
