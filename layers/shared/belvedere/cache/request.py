"""A request to the cache, and the answer it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Any

import msgspec
import orjson

from belvedere.cache.entry import CacheEntry, dumped
from belvedere.cache.policy import Policy
from belvedere.clock import SECOND_MS, iso


class CacheOutcome(StrEnum):
    """Where an answer came from, as `X-Cache` says it."""

    MEMORY = "hit-memory"
    TABLE = "hit-table"
    STALE = "stale"
    MISS = "miss"
    BYPASS = "bypass"


@dataclass(frozen=True, kw_only=True)
class CacheRequest:
    """One request, resolved: everything that its answer depends on is in `request`, with no word that means "now".

    `personal` is whose answer it is, where callers get different ones; `replay` is the request as it can be asked
    again later (unresolved), None where nobody but the caller may ask it.
    """

    workspace: str
    kind: str
    request: Mapping[str, Any]
    policy: Policy
    now: int
    tags: tuple[str, ...] = ()
    personal: str | None = None
    replay: Mapping[str, Any] | None = None

    @cached_property
    def name(self) -> str:
        """What the answer is kept under: two requests share it exactly when they must have the same answer."""
        return request_key(self.workspace, self.kind, {"request": self.request, "caller": self.personal})

    @property
    def memory_key(self) -> tuple[str, str]:
        """Its key in the memory layer."""
        return self.workspace, self.name


@dataclass(frozen=True)
class CachedAnswer:
    """A finished answer, new or kept."""

    entry: CacheEntry
    name: str
    outcome: CacheOutcome
    layer: str | None
    now: int

    @property
    def age_s(self) -> int:
        """Whole seconds since it was worked out."""
        return max(0, self.now - self.entry.computed_at) // SECOND_MS

    @property
    def etag_source(self) -> bytes:
        """What the ETag is to be made of: the same for a kept answer and for an equal new one."""
        return self.entry.digest

    @property
    def headers(self) -> dict[str, str]:
        """What tells a caller how it was served, and when its numbers are inexact."""
        inexact = {"X-Inexact": self.entry.inexact} if self.entry.inexact else {}
        return {"Age": str(self.age_s), "X-Cache": self.outcome.value, **inexact}

    @property
    def plain(self) -> bytes:
        """The JSON as it was worked out, nothing added: for answers that are documented as lists."""
        return self.entry.body

    def body(self, *, explain: bool = False, units: Any = None) -> bytes:
        """The JSON, with `cache_info` added; `explain` tells how it was worked out, and the units of this request."""
        added: dict[str, Any] = {"cache_info": self._info()}
        if explain:
            plan = orjson.loads(self.entry.explain) if self.entry.explain else {}
            added["explain"] = plan | {"units": units, "cache": self.outcome.value}
        head = self.entry.body[:-1]
        return head + (b"," if len(head) > 1 else b"") + dumped(added)[1:]

    def _info(self) -> dict[str, Any]:
        return {
            "generated_at": iso(self.entry.computed_at),
            "cache_key": self.name,
            "layer": self.layer,
            "age_s": self.age_s,
        }


_encoder = msgspec.json.Encoder(order="sorted")


def request_key(workspace: str, kind: str, request: Mapping[str, Any]) -> str:
    """`<kind>:<16 hex digits>` of the workspace and the whole resolved request, whatever the order of its keys."""
    return f"{kind}:{blake2b(_encoder.encode([workspace, kind, dict(request)]), digest_size=8).hexdigest()}"
