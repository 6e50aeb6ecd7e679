"""The board's documented health: the tables under the contract's names, the fold, who listens, the cache's rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from belvedere.boards.learning.cache_admin import rates
from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.cache.stats import Hits, hits
from belvedere.clock import SECOND_MS, iso
from belvedere.health import DOWN, FOLD, UP, all_well
from belvedere.realtime.connections.store import active
from belvedere.rollups.fold_lag import waiting_ms
from belvedere.storage.tables import Tables

STANDS_STILL_MS = 120 * SECOND_MS
NOBODY_ASKED = Hits(requests=0, memory_hits=0, table_hits=0, stale=0, misses=0, bypasses=0)


@dataclass(frozen=True)
class Figures:
    """How it goes in one workspace; None where that is not known."""

    websockets: int | None
    waiting_ms: int | None
    hits: Hits

    @property
    def processor(self) -> str:
        """`running`, or `stopped` when an event has been waiting for the fold for two minutes."""
        if self.waiting_ms is None:
            return "unknown"
        return "running" if self.waiting_ms < STANDS_STILL_MS else "stopped"


UNKNOWN = Figures(None, None, NOBODY_ASKED)


def figures(tables: Tables, slices: int, now: int) -> Figures:
    """The figures of a workspace. Blocking."""
    return Figures(
        active(tables.state, now), waiting_ms(tables, (INTERACTION, HINT), slices, now), hits(tables.state, now)
    )


def documented(states: Mapping[str, str], known: Figures, now: int) -> dict[str, Any]:
    """The answer. `redis` is the Cache table; the cache takes it and the version in State to work."""
    cached = UP if states["cache"] == states["state"] == UP else DOWN
    well = all_well(states) and known.processor != "stopped"
    return {
        "status": UP if well else "degraded",
        "timestamp": iso(now),
        "services": {
            "redis": states["cache"],
            "cache": cached,
            "websockets": "unknown" if known.websockets is None else f"{known.websockets} active",
            "background_processor": known.processor,
            "database": UP,  # without an essential table there is no such answer
        },
        "cache_stats": rates(known.hits),
        FOLD: states[FOLD],
        "tables": {name: state for name, state in states.items() if name != FOLD},
    }
