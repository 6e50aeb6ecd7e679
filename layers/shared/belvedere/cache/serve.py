"""Serves an answer: kept, or worked out once however many ask. `policy` says which answers may be shown.

Nothing here fails a request that could be answered without it: a table that is down or slow is a miss.
"""

import functools
import random
import time
from collections.abc import Awaitable, Callable

from belvedere.cache import store
from belvedere.cache.ask import Ask, CachedAnswer, Outcome
from belvedere.cache.asked import SAMPLE, note_asked
from belvedere.cache.entry import Computed, Entry, digest_of, dumped
from belvedere.cache.flights import Flights
from belvedere.cache.invalidation import Layer, Rule, declare
from belvedere.cache.lookup import Lookup
from belvedere.cache.memory import Memory
from belvedere.cache.patience import Patience
from belvedere.cache.policy import Verdict, settled
from belvedere.cache.refresh import Refresher, start_by_invoke
from belvedere.clock import Clock, now_ms
from belvedere.settings import Settings, settings
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import Tables, tables
from belvedere.usage import note
from belvedere.usage.timings import WORKED_OUT, note_timing

Compute = Callable[[], Awaitable[Computed]]


class Cache:
    """Both layers, as one process sees them."""

    def __init__(
        self,
        tables: Callable[[str], Tables],
        *,
        clock: Clock = now_ms,
        memory: Memory | None = None,
        refresher: Refresher | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.tables = tables
        self.memory = Memory() if memory is None else memory  # an empty one is false
        self.clock = clock
        self._flights = Flights()
        self._lookup = Lookup(tables, self.memory, self._flights, clock)
        self._refresher = refresher
        self._refreshes = Patience("refresh")
        self._chance = chance

    async def answer(self, ask: Ask, compute: Compute, *, bypass: bool = False) -> CachedAnswer:
        """The answer to a request; `bypass` works it out whatever is kept, and replaces that."""
        answer = await self._bypass(ask, compute) if bypass else await self._answer(ask, compute)
        note(answer.outcome.name.lower())
        return answer

    def invalidate(self, workspace: str, pattern: str, layer: Layer = Layer.ALL) -> Rule:
        """Declare void what a glob names: here at once, elsewhere as soon as the version is read. Blocking."""
        rule = declare(self.tables(workspace).state, pattern, layer, self.clock())
        self._lookup.forget_version(workspace)
        if rule.layer is not Layer.TABLE:
            self.memory.drop_matching(workspace, rule.pattern)
        return rule

    async def _bypass(self, ask: Ask, compute: Compute) -> CachedAnswer:
        return CachedAnswer(await self._compute(ask, compute, always=True), ask.name, Outcome.BYPASS, None, ask.now)

    async def _answer(self, ask: Ask, compute: Compute) -> CachedAnswer:
        await self._sample(ask)
        found = await self._lookup.find(ask)
        if found and found.verdict is Verdict.FRESH:
            if found.layer is Layer.TABLE:
                self.memory.put(ask.place, found.entry)
            outcome = Outcome.MEMORY if found.layer is Layer.MEMORY else Outcome.TABLE
            return CachedAnswer(found.entry, ask.name, outcome, found.layer, ask.now)
        if found and await self._refreshing(ask):
            return CachedAnswer(found.entry, ask.name, Outcome.STALE, found.layer, ask.now)
        entry = await self._flights.run(("answer", *ask.place), lambda: self._compute(ask, compute))
        return CachedAnswer(entry, ask.name, Outcome.MISS, None, max(ask.now, entry.asked))

    async def _compute(self, ask: Ask, compute: Compute, *, always: bool = False) -> Entry:
        """Work an answer out and keep it. The version is read before the rows, so that it never promises too much."""
        version = await self._lookup.version(ask.workspace)
        meter = current_meter()
        before, started = meter.read_units if meter else 0.0, time.perf_counter()
        computed = await compute()
        note_timing(WORKED_OUT, (time.perf_counter() - started) * 1000)
        spent = meter.read_units - before if meter else None
        soft, hard = ask.policy.expiries(ask.name, ask.now)
        entry = Entry(
            body=dumped(computed.payload),
            explain=dumped(computed.explain) if computed.explain else b"",
            digest=digest_of(computed.stable),
            asked=ask.now,
            soft=soft,
            hard=hard,
            version=version.token if version else "",
            settled=version is not None and settled(version, ask.now),
            tags=ask.tags,
            inexact="/".join(computed.inexact[end] for end in ("start", "end")) if computed.inexact else "",
        )
        self.memory.put(ask.place, entry)
        if ask.policy.table and (always or entry.settled):
            table = self.tables(ask.workspace).cache
            keep = functools.partial(store.keep, table, ask.name, entry, None if always else spent)
            await self._lookup.table.run(keep, False)
        return entry

    async def _refreshing(self, ask: Ask) -> bool:
        """Is a refresh under way, by us or by somebody else?"""
        if not self._refresher:
            return False
        begin = functools.partial(self._refresher.begin, self.tables(ask.workspace).cache, ask)
        return await self._refreshes.run(begin, False)

    async def _sample(self, ask: Ask) -> None:
        if ask.replay is None or ask.personal is not None or self._chance() * SAMPLE >= 1:
            return
        remember = functools.partial(note_asked, self.tables(ask.workspace).cache, ask.kind, ask.replay, ask.now)
        await self._lookup.table.run(remember, None)


@functools.lru_cache(maxsize=2)
def cache_of(names: Settings) -> Cache:
    """The cache of a process with these settings."""
    refresher = None
    if names.refresh_function:
        refresher = Refresher(functools.partial(start_by_invoke, names.refresh_function))
    return Cache(tables, memory=Memory(names.cache_max_size), refresher=refresher)


def cache() -> Cache:
    """The cache of this process."""
    return cache_of(settings())
