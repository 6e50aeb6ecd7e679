"""The documented shapes of the cache's administration: its statistics, what may be invalidated, what can be warmed."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from belvedere.boards.learning.requests import AggregationBody, TimeseriesBody
from belvedere.bodies import Body
from belvedere.cache.body_query import BodyRequest
from belvedere.cache.invalidation import EVERYTHING, MAX_PATTERN, Layer
from belvedere.cache.query_sampling import Replay
from belvedere.cache.stats import Held, Hits
from belvedere.clock import iso
from belvedere.errors import Invalid

CacheLayer = Literal["memory", "redis", "all"]
LAYERS: Mapping[str, Layer] = {"memory": Layer.MEMORY, "redis": Layer.TABLE, "all": Layer.ALL}
USUAL = {"metrics": ["interaction_count", "success_rate"], "time_range": {"preset": "7d"}}


def _posted(model: type[Body], body: dict[str, Any]) -> dict[str, Any]:
    """A body as the cache knows it."""
    return {"body": BodyRequest.of(model.model_validate(body)).body}


WARMED: Mapping[str, Replay] = {
    "summary": ("dashboard:summary", {"preset": "7d"}),
    "timeseries": ("dashboard:timeseries", _posted(TimeseriesBody, {**USUAL, "granularity": "1h"})),
    "class_overview": ("dashboard:class_overview", {"preset": "7d"}),
    "aggregation": ("dashboard:aggregation", _posted(AggregationBody, {**USUAL, "dimensions": ["agent_type"]})),
}
DEFAULT_TYPES = ("summary", "timeseries")


class InvalidateFields(Body):
    """Which answers, on which layer; everything has to be asked for: by `*`, by `all`, or by the layer `all` alone."""

    pattern: str | None = Field(None, max_length=MAX_PATTERN)
    cache_layer: CacheLayer | None = None
    all: bool | None = None


class WarmBody(Body):
    """What to warm; the list may stand alone."""

    cache_types: list[str] | None = Field(None, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return {"cache_types": given} if isinstance(given, list) else given


def cache_stats_body(hits: Hits, memory: Held, table: Held, now: int) -> dict[str, Any]:
    """The documented statistics. `redis` is the contract's name for the layer behind the processes: the Cache table."""
    layers = {
        "memory": {
            "hit_rate": hits.memory_hit_rate or 0.0,
            "size": memory.entries,
            "max_size": memory.most,
            "memory_usage": megabytes(memory.bytes),
            "hits": hits.memory_hits,
        },
        "redis": {
            "hit_rate": hits.table_hit_rate or 0.0,
            "memory_usage": megabytes(table.bytes),
            "connected": True,
            "size": table.entries,
            "complete": table.whole,
            "hits": hits.table_hits,
        },
        "total_requests": hits.requests,
    }
    return {
        "cache_statistics": layers,
        "total_cache_requests": hits.requests,
        "cache_layers": ["memory", "redis"],
        "stale": hits.stale,
        "misses": hits.misses,
        "bypasses": hits.bypasses,
        "timestamp": iso(now),
    }


def megabytes(size: int) -> str:
    """`15.2MB`, as the contract writes sizes."""
    return f"{size / 1_000_000:.1f}MB"


def rates(hits: Hits) -> dict[str, dict[str, float | None]]:
    """Hit rates by layer, as the health check tells them; null where nobody has asked."""
    return {"memory": {"hit_rate": hits.memory_hit_rate}, "redis": {"hit_rate": hits.table_hit_rate}}


def to_invalidate(query: InvalidateFields, body: InvalidateFields | None) -> tuple[str, CacheLayer]:
    """The glob and the layer. Raises Invalid for a contradiction, and for nothing said."""
    said: dict[str, Any] = {}
    for given in (query, body or InvalidateFields.model_validate({})):
        for name, value in given.model_dump(exclude_none=True).items():
            if said.setdefault(name, value) != value:
                raise Invalid(f"{name}: the query and the body contradict each other; say it once")
    pattern = said.get("pattern")
    if said.get("all"):
        if pattern not in (None, EVERYTHING):
            raise Invalid(f"all: contradicts the pattern {pattern!r}; send one of them")
        pattern = EVERYTHING
    if pattern is None and said.get("cache_layer") == "all":  # as the contract's client asks for everything
        pattern = EVERYTHING
    if not pattern:
        raise Invalid(
            "pattern: is required, such as 'user:123' or 'dashboard:summary:*'; everything is '*', \"all\": true, or "
            "the cache_layer 'all' without a pattern"
        )
    return str(pattern), said.get("cache_layer", "all")


def to_warm(query: tuple[str, ...], body: list[str] | None) -> tuple[str, ...]:
    """The types to warm. Raises Invalid for a contradiction, and for an unknown one."""
    types = tuple(dict.fromkeys(body if body is not None else query)) or DEFAULT_TYPES
    if query and body is not None and set(query) != set(body):
        raise Invalid("cache_types: the query and the body contradict each other; say it once")
    for name in types:
        if name not in WARMED:
            raise Invalid(f"cache_types: {name!r} is not one of {', '.join(WARMED)}")
    return types
