"""A board: its event types, and all that is declared of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from belvedere.schema.metrics import Metric
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.schema.roles import Role
from belvedere.schema.rollup_tables import RollupTable


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How the raw events of a type are listed one by one.

    `shows` names the properties of a row, `orders` the numbers that rows can be put in order by, besides time: at most
    two (each has an index of its own), and every event of the type has them. `group` names the property that several
    events share as parts of one thing; an event without it is one by itself, named by its id.
    """

    shows: tuple[str, ...]
    orders: tuple[str, ...] = ()
    group: str


@dataclass(frozen=True, kw_only=True)
class EventType:
    """An event type and the types of its properties; properties that are not declared are kept as they are.

    `enrich` adds derived properties, once and before an event is stored, from its own properties and its time (epoch
    ms); `stored_schema` are the types of the properties from then on. What makes two copies of an event the same is
    what the client sent. `live_fields` names the properties that are pushed to realtime clients; those of them that
    may identify a person (`identifying_fields`) are left out for clients that may see no names. Only events that are
    `listed` are found by anything but their own time and id. `labels` are properties that say where a thing was met
    and not what it is: a copy that differs in them alone is a duplicate, and the first one's stay.
    """

    name: str
    properties: type[msgspec.Struct]
    enrich: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
    stored_schema: type[msgspec.Struct] | None = None
    live_fields: tuple[str, ...] = ()
    identifying_fields: tuple[str, ...] = ()
    listed: Listing | None = None
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Board:
    """One dashboard: its events, what is rolled up of them, the metrics, and the headers its contract documents.

    `live` names the module whose `CHANNELS` are its realtime channels, `exports` the one whose `DATA_TYPES` can be
    exported. `rate_limits` are the classes of requests that its endpoints may name beside the engine's.
    A board that has persons declares their `roles` and names the module that is their `auth.visibility.People`; one
    that keeps records in the Directory names the module whose `ENTITIES` are their models.
    """

    name: str
    event_types: tuple[EventType, ...]
    rollup_tables: tuple[RollupTable, ...]
    metrics: tuple[Metric, ...]
    headers: Mapping[str, str]
    rate_limits: tuple[RateLimitRule, ...] = ()
    live: str = ""
    exports: str = ""
    people: str = ""
    entities: str = ""
    roles: tuple[Role, ...] = ()
