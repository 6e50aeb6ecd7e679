"""Serves an answer: kept, or worked out once however many ask. `policy` says which answers may be shown.

Nothing here fails a request that could be answered without it: a table that is down or slow is a miss.
"""

import functools
import random
import time
from collections.abc import Awaitable, Callable

from belvedere.cache import store
from belvedere.cache.entry import CacheEntry, Computed, digest_of, dumped
from belvedere.cache.invalidation import Invalidation, Layer, declare
from belvedere.cache.lookup import Lookup
from belvedere.cache.memory import Memory
from belvedere.cache.policy import EntryState, settled
from belvedere.cache.query_sampling import SAMPLE, sample_query
from belvedere.cache.refresh import Refresher, start_by_invoke
from belvedere.cache.request import CachedAnswer, CacheOutcome, CacheRequest
from belvedere.cache.single_flight import SingleFlight
from belvedere.clock import Clock, now_ms
from belvedere.settings import Settings, settings
from belvedere.storage.circuit_breaker import CircuitBreaker
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import Tables, tables
from belvedere.usage import note
from belvedere.usage.notes import WORKED_OUT, note_timing

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
        self._single_flight = SingleFlight()
        self._lookup = Lookup(tables, self.memory, self._single_flight, clock)
        self._refresher = refresher
        self._refreshes = CircuitBreaker("refresh")
        self._chance = chance

    async def answer(self, request: CacheRequest, compute: Compute, *, bypass: bool = False) -> CachedAnswer:
        """The answer to a request; `bypass` works it out whatever is kept, and replaces that."""
        answer = await self._bypass(request, compute) if bypass else await self._answer(request, compute)
        note(answer.outcome.name.lower())
        return answer

    def invalidate(self, workspace: str, pattern: str, layer: Layer = Layer.ALL) -> Invalidation:
        """Declare void what a glob names: here at once, elsewhere as soon as the version is read. Blocking."""
        invalidation = declare(self.tables(workspace).state, pattern, layer, self.clock())
        self._lookup.forget_version(workspace)
        if invalidation.layer is not Layer.TABLE:
            self.memory.drop_matching(workspace, invalidation.pattern)
        return invalidation

    async def _bypass(self, request: CacheRequest, compute: Compute) -> CachedAnswer:
        return CachedAnswer(
            await self._compute(request, compute, always=True), request.name, CacheOutcome.BYPASS, None, request.now
        )

    async def _answer(self, request: CacheRequest, compute: Compute) -> CachedAnswer:
        await self._sample(request)
        hit = await self._lookup.find(request)
        if hit and hit.state is EntryState.FRESH:
            if hit.layer is Layer.TABLE:
                self.memory.put(request.memory_key, hit.entry)
            outcome = CacheOutcome.MEMORY if hit.layer is Layer.MEMORY else CacheOutcome.TABLE
            return CachedAnswer(hit.entry, request.name, outcome, hit.layer, request.now)
        if hit and await self._refreshing(request):
            return CachedAnswer(hit.entry, request.name, CacheOutcome.STALE, hit.layer, request.now)
        entry = await self._single_flight.run(("answer", *request.memory_key), lambda: self._compute(request, compute))
        return CachedAnswer(entry, request.name, CacheOutcome.MISS, None, max(request.now, entry.computed_at))

    async def _compute(self, request: CacheRequest, compute: Compute, *, always: bool = False) -> CacheEntry:
        """Work an answer out and keep it. The version is read before the rows, so that it never promises too much."""
        version = await self._lookup.version(request.workspace)
        meter = current_meter()
        before, started = meter.read_units if meter else 0.0, time.perf_counter()
        computed = await compute()
        note_timing(WORKED_OUT, (time.perf_counter() - started) * 1000)
        spent = meter.read_units - before if meter else None
        soft, hard = request.policy.expiries(request.name, request.now)
        entry = CacheEntry(
            body=dumped(computed.payload),
            explain=dumped(computed.explain) if computed.explain else b"",
            digest=digest_of(computed.etag_source),
            computed_at=request.now,
            soft=soft,
            hard=hard,
            version=version.token if version else "",
            settled=version is not None and settled(version, request.now),
            tags=request.tags,
            inexact="/".join(computed.inexact[end] for end in ("start", "end")) if computed.inexact else "",
        )
        self.memory.put(request.memory_key, entry)
        if always or entry.settled:
            table = self.tables(request.workspace).cache
            keep = functools.partial(store.keep, table, request.name, entry, None if always else spent)
            await self._lookup.table.run(keep, False)
        return entry

    async def _refreshing(self, request: CacheRequest) -> bool:
        """Is a refresh under way, by us or by somebody else?"""
        if not self._refresher:
            return False
        begin = functools.partial(self._refresher.begin, self.tables(request.workspace).cache, request)
        return await self._refreshes.run(begin, False)

    async def _sample(self, request: CacheRequest) -> None:
        if request.replay is None or request.personal is not None or self._chance() * SAMPLE >= 1:
            return
        remember = functools.partial(
            sample_query, self.tables(request.workspace).cache, request.kind, request.replay, request.now
        )
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
