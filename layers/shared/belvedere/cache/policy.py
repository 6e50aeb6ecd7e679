"""When a kept answer may be shown. Pure.

1. *Young*: for half a second (`YOUNG_MS`) from before its rows were read an answer is shown without asking anything, so
   that the panels of a page and a crowd at one moment cost one computation. New data wait no longer than that for it.
2. After that, what counts is whether the data has changed. The fold moves a *version* for every batch it folds; reading
   it costs 0.5 unit, at most once per process, workspace and half second, and only while there is an answer to judge.
   Not the time but the version decides, because a new event must be seen at once and an idle workspace's answers are
   good for as long as nobody adds anything.
   - Same version: *fresh* for `ttl_s` (jittered, never longer), then for `stale_s` more *stale*: shown at once while
     one refresh runs. Both are the times the endpoint documents; nothing is shown that is older than their sum.
   - Another version: *void*, computed anew.
3. Rows are read eventually consistent, so rows read within `SETTLE_MS` after the version moved may be from before it.
   Such an answer is not *settled*: it is used while young, and never stored in the table.
4. Whatever an invalidation names is void on every layer from the moment it is written; a process that has just read
   the version learns of it within `YOUNG_MS`.
"""

import math
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from belvedere.cache.entry import CacheEntry
from belvedere.cache.invalidation import LIFE_MS
from belvedere.cache.version import Version
from belvedere.clock import SECOND_MS

YOUNG_MS = 500
SETTLE_MS = 2_000
JITTER = 0.1
PAYBACK = 16
READ_UNIT_BYTES, WRITE_UNIT_BYTES = 4_096, 1_024
READS_PER_WRITE = 5.0  # a write unit costs as much as five read units


class EntryState(Enum):
    """What a kept answer is good for."""

    FRESH = "fresh"
    STALE = "stale"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long one kind of answer lives, in seconds."""

    ttl_s: int
    stale_s: int = 0

    def __post_init__(self) -> None:
        if (self.ttl_s + self.stale_s) * SECOND_MS > LIFE_MS:
            raise ValueError("an answer must not outlive the invalidations that may name it")

    def expiries(self, name: str, computed_at: int) -> tuple[int, int]:
        """(soft, hard) moments of an answer, spread so that answers made together do not end together."""
        soft = computed_at + round(self.ttl_s * SECOND_MS * jitter(name))
        return soft, soft + self.stale_s * SECOND_MS


def jitter(name: str) -> float:
    """0.8 to 1.0, the same for the same name: 10 % around nine tenths, so that nothing outlives its documented time."""
    share = int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) / 2**32
    return 1 - 2 * JITTER * share


def young(entry: CacheEntry, now: int) -> bool:
    """May it be shown without asking anything?"""
    return 0 <= now - entry.computed_at < YOUNG_MS


def judge(entry: CacheEntry, version: Version | None, now: int, *, void: bool) -> EntryState:
    """What an answer is good for; `void` when an invalidation names it, `version` None when it cannot be known."""
    if void or now >= entry.hard:
        return EntryState.VOID
    if young(entry, now):
        return EntryState.FRESH
    if version is None:
        return EntryState.VOID
    if entry.settled and entry.version == version.token:
        return EntryState.FRESH if now < entry.soft else EntryState.STALE
    return EntryState.VOID


def settled(version: Version, computed_at: int) -> bool:
    """Can the rows that were read since `computed_at` lack nothing of this version?"""
    return computed_at >= version.moved + SETTLE_MS


def worth_storing(size: int, read_units: float) -> bool:
    """Would PAYBACK hits in the table save more read units than writing it costs?"""
    saved = read_units - 0.5 * math.ceil(size / READ_UNIT_BYTES) - 0.5
    return PAYBACK * saved >= READS_PER_WRITE * math.ceil(size / WRITE_UNIT_BYTES)
