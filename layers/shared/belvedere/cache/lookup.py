"""Finds the best kept answer to a request, asking no more than it must: memory, then version, then table."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from belvedere.cache import store
from belvedere.cache import version as versions
from belvedere.cache.entry import CacheEntry
from belvedere.cache.invalidation import Layer
from belvedere.cache.memory import Memory
from belvedere.cache.policy import YOUNG_MS, EntryState, judge, young
from belvedere.cache.request import CacheRequest
from belvedere.cache.single_flight import SingleFlight
from belvedere.cache.version import Version
from belvedere.clock import Clock
from belvedere.storage.circuit_breaker import CircuitBreaker
from belvedere.storage.tables import Tables

REMEMBERED = 1_000


@dataclass(frozen=True)
class Hit:
    """A kept answer, the layer it was on, and what it is good for."""

    entry: CacheEntry
    layer: Layer
    state: EntryState


class Lookup:
    """Reads both layers, and the version that decides between them."""

    def __init__(
        self, tables: Callable[[str], Tables], memory: Memory, single_flight: SingleFlight, clock: Clock
    ) -> None:
        self.tables = tables
        self.memory = memory
        self.state, self.table = CircuitBreaker("state"), CircuitBreaker("cache")
        self._single_flight = single_flight
        self._clock = clock
        self._versions: dict[str, Version] = {}

    async def find(self, request: CacheRequest) -> Hit | None:
        """The best there is; None when nothing may be shown."""
        held = self.memory.get(request.memory_key)
        if held and young(held, request.now):
            return Hit(held, Layer.MEMORY, EntryState.FRESH)
        if not held:
            version, stored = await asyncio.gather(self.version(request.workspace), self._stored(request))
            return judged(request, stored, Layer.TABLE, version)
        version = await self.version(request.workspace)
        ours = judged(request, held, Layer.MEMORY, version)
        if ours and ours.state is EntryState.FRESH:
            return ours
        theirs = judged(request, await self._stored(request), Layer.TABLE, version)  # somebody else's may be newer
        return better(ours, theirs)

    async def version(self, workspace: str) -> Version | None:
        """The data's version, at most YOUNG_MS old; None when it cannot be had."""
        known = self._versions.get(workspace)
        if known and 0 <= self._clock() - known.read_at < YOUNG_MS:
            return known
        return await self._single_flight.run(("version", workspace), lambda: self._read(workspace))

    def forget_version(self, workspace: str) -> None:
        """Read it anew next time, because we have just changed it."""
        self._versions.pop(workspace, None)

    async def _read(self, workspace: str) -> Version | None:
        state, now = self.tables(workspace).state, self._clock()
        version = await self.state.run(lambda: versions.read(state, now), None)
        if version:
            if len(self._versions) >= REMEMBERED:
                self._versions.clear()
            self._versions[workspace] = version
        return version

    async def _stored(self, request: CacheRequest) -> CacheEntry | None:
        return await self.table.run(partial(store.fetch, self.tables(request.workspace).cache, request.name), None)


def judged(request: CacheRequest, entry: CacheEntry | None, layer: Layer, version: Version | None) -> Hit | None:
    """A kept answer with its state; None for one that may not be shown."""
    if entry is None:
        return None
    void = any(each.voids(entry, request.name, layer) for each in (version.invalidations if version else ()))
    state = judge(entry, version, request.now, void=void)
    return None if state is EntryState.VOID else Hit(entry, layer, state)


def better(first: Hit | None, second: Hit | None) -> Hit | None:
    """The fresh one before the stale one, then the newer one."""
    hits = [candidate for candidate in (first, second) if candidate]
    return max(hits, key=lambda hit: (hit.state is EntryState.FRESH, hit.entry.computed_at), default=None)
