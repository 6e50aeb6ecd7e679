"""The vocabulary a board declares itself in: event types, rollup families and metrics.

Everything here is plain data and pure functions; the engine gives it meaning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from belvedere.rollups.distinct import Counted, Distinct
from belvedere.rollups.histogram import Histogram

USER = "user"  # the one dimension and entity that is a person


class Grain(StrEnum):
    """The widths of rollup buckets, finest first."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Sum:
    """Adds up one event field. `<name>` sums round(value * scale); `<name>_n` counts events that have it.

    A field that is true or false sums to the number of trues. `counted=False` leaves `<name>_n` out. `where` names a
    field that has to be true for the event to count here. `code` is the letter for it in the names of cells, and its
    capital that for `<name>_n`; without one, a cell spells the names out.
    """

    name: str
    field: str
    scale: int = 1
    counted: bool = True
    where: str | None = None
    code: str = ""


@dataclass(frozen=True)
class Cells:
    """A small breakdown kept inside an entity's rows: one cell per combination of `fields`.

    `tag` is the one letter that starts the cells' attribute names. The field `hour` is the event's UTC hour, `00` to
    `23`. `measures` are the counters kept for each cell; all of the family's, unless
    given, and always where `hour` is a field: those cells add up to the whole.
    """

    tag: str
    fields: tuple[str, ...]
    measures: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Family:
    """One rollup family: for every bucket and dimension value, a row of counters, and rows of sketches.

    An event counts in a family only when it has every dimension (and the entity). With `entity` set there is
    a row per entity for each part of a day, holding nothing but `cells`. `scattered` says that most events of a batch
    have a row of their own here (as where a user is a dimension): such rows are folded apart from those they share.
    `stored` says that it counts the raw events there are: what expires is taken away again. Such a family answers no
    question; a listing is paged by it. `minutes` names counters that its rows of hours have by the minute as well.
    """

    name: str
    event_type: str
    dimensions: tuple[str, ...] = ()
    grains: tuple[Grain, ...] = (Grain.HOUR, Grain.DAY)
    sums: tuple[Sum, ...] = ()
    histograms: tuple[str, ...] = ()
    distincts: tuple[str, ...] = ()
    entity: str | None = None
    cells: tuple[Cells, ...] = ()
    scattered: bool = False
    stored: bool = False
    minutes: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Do the keys of its rows name users? Then an erased user's empty rows have to go."""
        return USER in (self.entity, *self.dimensions)

    @cached_property
    def codes(self) -> dict[str, str]:
        """How the names of cells say each counter."""
        found = {"count": "n"}
        for one in self.sums:
            found[one.name] = one.code or one.name
            found |= {f"{one.name}_n": one.code.upper() or f"{one.name}_n"} if one.counted else {}
        return found

    @cached_property
    def coded(self) -> dict[str, str]:
        """The inverse of `codes`."""
        return {code: name for name, code in self.codes.items()}


@dataclass
class Totals:
    """Everything merged for one group of an answer, ready to be finished into metrics."""

    counters: dict[str, int]
    histograms: dict[str, Histogram]
    distincts: dict[str, Distinct | Counted]

    @classmethod
    def empty(cls) -> "Totals":
        """Totals of nothing."""
        return cls({}, {}, {})


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A named number: what it reads from the rollups, how it is finished, and what no data looks like.

    `finish` returns None where there is nothing to say; the answer then shows `empty`: 0 for counts, None for
    rates and averages. Ratios are finished from merged sums, never averaged from averages.
    """

    name: str
    unit: str
    event_type: str
    counters: tuple[str, ...] = ()
    histogram: str | None = None
    distinct: str | None = None
    finish: Callable[[Totals], float | int | None]
    empty: int | None = None
    doc: str = ""


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

    `complete` adds, once and before an event is stored, what follows from its own properties and its time (epoch ms);
    `completed` are the types of the properties from then on. What makes two copies of an event the same is what the
    client sent. `told` names the properties that realtime clients are told of such an event; those of them that may
    give a person away (`telling`) are not told to who may see no names. Only events that are `listed` are found by
    anything but their own time and id.
    """

    name: str
    properties: type[msgspec.Struct]
    complete: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
    completed: type[msgspec.Struct] | None = None
    told: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    listed: Listing | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """One dashboard: its events, what is rolled up of them, the metrics, and the headers its contract documents.

    `live` names the module whose `CHANNELS` are its realtime channels.
    """

    name: str
    event_types: tuple[EventType, ...]
    families: tuple[Family, ...]
    metrics: tuple[Metric, ...]
    headers: Mapping[str, str]
    live: str = ""


def count(name: str, event_type: str, counter: str = "count", *, unit: str = "1", doc: str = "") -> Metric:
    """A metric that is one counter; 0 when there is no data."""
    return Metric(
        name=name, unit=unit, event_type=event_type, counters=(counter,), empty=0, doc=doc,
        finish=lambda totals: totals.counters.get(counter, 0),
    )  # fmt: skip


def ratio(name: str, event_type: str, part: str, whole: str, *, scale: int = 1, unit: str, doc: str = "") -> Metric:
    """Merged `part` over merged `whole`, over `scale` (the part's unit); null when there is no whole."""

    def finish(totals: Totals) -> float | None:
        divisor = totals.counters.get(whole, 0)
        return totals.counters.get(part, 0) / divisor / scale if divisor else None

    return Metric(name=name, unit=unit, event_type=event_type, counters=(part, whole), finish=finish, doc=doc)


def total(name: str, event_type: str, part: str, number: str, *, scale: int = 1, unit: str, doc: str = "") -> Metric:
    """A sum in its own unit; null where `number` says that nothing was summed."""

    def finish(totals: Totals) -> float | None:
        return totals.counters.get(part, 0) / scale if totals.counters.get(number) else None

    return Metric(name=name, unit=unit, event_type=event_type, counters=(part, number), finish=finish, doc=doc)


def quantile(name: str, event_type: str, histogram: str, q: float, *, unit: str, doc: str = "") -> Metric:
    """A metric that is the q-quantile of a field, within the histogram's 1 % relative error; null without values."""

    def finish(totals: Totals) -> float | None:
        found = totals.histograms.get(histogram)
        return found.quantile(q) if found else None

    return Metric(name=name, unit=unit, event_type=event_type, histogram=histogram, finish=finish, doc=doc)


def distinct(name: str, event_type: str, field: str, *, unit: str = "1", doc: str = "") -> Metric:
    """A metric that counts distinct values of a field; sketches are united, counts never added."""

    def finish(totals: Totals) -> int:
        found = totals.distincts.get(field)
        return found.count() if found else 0

    return Metric(name=name, unit=unit, event_type=event_type, distinct=field, finish=finish, empty=0, doc=doc)


def field_value(event: Any, field: str) -> Any:
    """A field of an event: `user`, or a property; None where it is absent."""
    return event.user if field == USER else event.properties.get(field)
