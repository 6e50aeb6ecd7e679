"""What the cache did for a workspace, and what it holds. Blocking.

Hits are counted with the usage, so they are those of every process; sizes of the memory are this process's own.
"""

from collections import Counter
from dataclasses import dataclass

from belvedere.cache import store
from belvedere.cache.memory import Memory
from belvedere.clock import DAY_MS, iso
from belvedere.storage.tables import Tables
from belvedere.usage.report import CACHE, used

DAYS = 2


@dataclass(frozen=True, kw_only=True)
class CacheStats:
    """Counts since yesterday's midnight (UTC)."""

    requests: int
    memory_hits: int
    table_hits: int
    stale: int
    misses: int
    bypasses: int
    memory_entries: int
    memory_bytes: int
    memory_most: int
    table_entries: int

    @property
    def memory_hit_rate(self) -> float | None:
        """Hits in memory of all that looked there."""
        looked = self.requests - self.bypasses
        return self.memory_hits / looked if looked else None

    @property
    def table_hit_rate(self) -> float | None:
        """Hits in the table of all that memory could not answer."""
        looked = self.requests - self.bypasses - self.memory_hits
        return self.table_hits / looked if looked else None


def stats(mine: Tables, memory: Memory, now: int) -> CacheStats:
    """The present figures of a workspace; counting the table's entries bills their size, so this is for admins."""
    counts: Counter[str] = Counter()
    for row in used(mine.state, iso(now - (DAYS - 1) * DAY_MS)[:10], iso(now)[:10]):
        counts.update(row.counts)
    return CacheStats(
        requests=sum(counts[name] for name in CACHE),
        memory_hits=counts["memory"],
        table_hits=counts["table"],
        stale=counts["stale"],
        misses=counts["miss"],
        bypasses=counts["bypass"],
        memory_entries=len(memory),
        memory_bytes=memory.bytes,
        memory_most=memory.most,
        table_entries=sum(1 for _ in store.names(mine.cache)),
    )
