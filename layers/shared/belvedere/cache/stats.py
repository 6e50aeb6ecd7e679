"""What the cache did for a workspace, and what it holds. Blocking.

Hits are counted with the usage, so they are those of every process; sizes of the memory are this process's own.
"""

from collections import Counter
from dataclasses import dataclass

from belvedere.cache import store
from belvedere.cache.memory import Memory
from belvedere.clock import DAY_MS, iso
from belvedere.storage.table import WorkspaceTable
from belvedere.usage.report import CACHE, used

DAYS = 2


@dataclass(frozen=True, kw_only=True)
class Hits:
    """How questions were answered since yesterday's midnight (UTC)."""

    requests: int
    memory_hits: int
    table_hits: int
    stale: int
    misses: int
    bypasses: int

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

    @property
    def hit_rate(self) -> float | None:
        """Answers from either layer, stale ones included, of all questions."""
        answered = self.memory_hits + self.table_hits + self.stale
        return answered / self.requests if self.requests else None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a layer holds, in answers and bytes, and its room; `whole` is False where not all was counted."""

    entries: int
    bytes: int
    whole: bool = True
    most: int | None = None


def hits(state: WorkspaceTable, now: int) -> Hits:
    """The hits of every process, as far as they are written: one query."""
    counts: Counter[str] = Counter()
    for row in used(state, iso(now - (DAYS - 1) * DAY_MS)[:10], iso(now)[:10]):
        counts.update(row.counts)
    return Hits(
        requests=sum(counts[name] for name in CACHE),
        memory_hits=counts["memory"],
        table_hits=counts["table"],
        stale=counts["stale"],
        misses=counts["miss"],
        bypasses=counts["bypass"],
    )


def in_memory(memory: Memory) -> Held:
    """What this process holds, of all workspaces."""
    return Held(entries=len(memory), bytes=memory.bytes, most=memory.most)


def in_table(table: WorkspaceTable) -> Held:
    """What the table holds of a workspace, counted on one page of it: at most a megabyte is read and paid for."""
    sizes, whole = store.sizes(table)
    return Held(entries=len(sizes), bytes=sum(sizes), whole=whole)
