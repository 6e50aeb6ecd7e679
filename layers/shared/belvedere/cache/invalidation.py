"""Declares kept answers void, by a glob over their names and tags. One rule for all layers of all functions.

An invalidation is written, not carried out: each layer of each process tries them on an answer it is about to show,
so all of them mean the same. In a glob `*` stands for any text, `?` for one character, `[ab]` and `[!ab]` for one of,
and none of, some; upper and lower case differ. It holds for answers whose rows were read before it.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from uuid import uuid4

from belvedere.cache.entry import CacheEntry
from belvedere.clock import SECOND_MS
from belvedere.errors import Invalid
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import invalidation_key, version_partition
from belvedere.storage.table import WorkspaceTable

EVERYTHING = "*"
MAX_PATTERN = 200
MAX_INVALIDATIONS = 20
LIFE_MS = 7_200 * SECOND_MS  # no answer lives longer


class Layer(StrEnum):
    """Where answers are kept."""

    MEMORY = "memory"
    TABLE = "table"
    ALL = "all"


@dataclass(frozen=True)
class Invalidation:
    """One invalidation."""

    pattern: str
    layer: Layer
    at: int

    def voids(self, entry: CacheEntry, name: str, layer: Layer) -> bool:
        """Does it make this answer void on this layer?"""
        return (
            self.layer in (Layer.ALL, layer)
            and entry.computed_at <= self.at
            and matches(self.pattern, name, entry.tags)
        )


def matches(pattern: str, name: str, tags: Iterable[str]) -> bool:
    """Does a glob match an answer's name or one of its tags?"""
    expression = _expression(pattern)
    return any(expression.match(text) for text in (name, *tags))


def checked(pattern: str, field: str = "pattern") -> str:
    """A pattern that may be used. Raises Invalid: nothing is invalidated by leaving something out."""
    if not pattern or len(pattern) > MAX_PATTERN:
        raise Invalid(f"{field}: must be 1 to {MAX_PATTERN} characters; '*' stands for everything")
    return pattern


def declare(state: WorkspaceTable, pattern: str, layer: Layer, now: int) -> Invalidation:
    """Write one invalidation; too many at a time become one of everything, so that reading them stays cheap."""
    invalidation = Invalidation(checked(pattern), layer, now)
    earlier = {
        Key(str(item["pk"]), str(item["sk"])): held
        for item in state.query(version_partition(state.workspace))
        if (held := invalidation_of(item))
    }
    needless = [key for key, held in earlier.items() if held.at <= now - LIFE_MS]
    if len(earlier) - len(needless) >= MAX_INVALIDATIONS:
        invalidation, needless = Invalidation(EVERYTHING, Layer.ALL, now), [*earlier]
    state.put_all([item_of(invalidation, state.workspace)])
    state.delete_all(needless)
    return invalidation


def item_of(invalidation: Invalidation, workspace: str) -> Item:
    """An invalidation as it is stored, until no answer is left that it could name."""
    key = invalidation_key(workspace, invalidation.at, uuid4().hex[:8])
    expires = (invalidation.at + LIFE_MS) // SECOND_MS
    return {
        "pk": key.pk,
        "sk": key.sk,
        "pattern": invalidation.pattern,
        "layer": invalidation.layer.value,
        "at": invalidation.at,
        "expires": expires,
    }


def invalidation_of(item: Item) -> Invalidation | None:
    """The invalidation an item holds; None for items of another kind."""
    if "pattern" not in item:
        return None
    return Invalidation(str(item["pattern"]), Layer(str(item["layer"])), int(item["at"]))


@functools.lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
