"""A cache on tables in memory, and a clock that tests turn."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from belvedere.cache import version
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.cache.refresh import Refresher
from belvedere.cache.request import CachedAnswer, CacheRequest
from belvedere.cache.serve import Cache
from belvedere.storage.meter import metered
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

NOW = 1_750_000_000_000
TABLES = ("events", "rollups", "state", "cache", "directory")
POLICY = Policy(ttl_s=300, stale_s=600)


@dataclass
class CacheWorld:
    """Tables, a clock, a number that stands for the data, and what happened."""

    client: Any
    now: int = NOW
    data: int = 1
    lag_ms: int = 0
    history: list[tuple[int, int]] = field(default_factory=lambda: [(0, 1)])  # (since when, the data)
    computed: int = 0
    started: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def tables(self, workspace: str) -> Tables:
        return Tables(**{name: WorkspaceTable(self.client, name, workspace, sleep=lambda _: None) for name in TABLES})

    def process(self, *, refreshes: bool = False, chance: Callable[[], float] = lambda: 1.0) -> Cache:
        """A warm function: memory of its own, tables shared with the others."""
        refresher = Refresher(self.started.append) if refreshes else None
        return Cache(self.tables, clock=lambda: self.now, refresher=refresher, chance=chance)

    def fold(self, workspace: str = "demo") -> None:
        """New data, and word of it."""
        self.data += 1
        self.history.append((self.now, self.data))
        version.bump(self.tables(workspace).state, self.now)

    def data_at(self, moment: int) -> int:
        """The data as they were."""
        return max(data for since, data in self.history if since <= max(0, moment))

    def seen(self) -> int:
        """The data as a read finds them: an eventually consistent one may be `lag_ms` behind."""
        return self.data_at(self.now - self.lag_ms) if self.lag_ms else self.data

    def settle(self, seconds: float = 60) -> None:
        """Time goes by in which nothing happens."""
        self.now += round(seconds * 1000)

    def ask(
        self, cache: Cache, *, bypass: bool = False, workspace: str = "demo", kind: str = "a:kind",
        request: Mapping[str, Any] | None = None, policy: Policy = POLICY, tags: tuple[str, ...] = (), **more: Any,
    ) -> CachedAnswer:  # fmt: skip
        """One request, whose answer is the data of the moment it is worked out."""
        request = request if request is not None else {"q": 1}
        cache_request = CacheRequest(
            workspace=workspace,
            kind=kind,
            request=request,
            policy=policy,
            now=self.now,
            tags=tags,
            replay=more.get("replay", request),
            personal=more.get("personal"),
        )
        with metered() as meter:

            async def compute() -> Computed:
                self.computed += 1
                meter.read_units += more.get("units", 10)
                seen = self.seen()
                return Computed({"data": seen, "workspace": workspace}, {"data": seen}, {"rows": 7})

            return asyncio.run(cache.answer(cache_request, compute, bypass=bypass))
