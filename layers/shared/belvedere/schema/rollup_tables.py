"""Rollup tables: what is aggregated of an event type, by which dimensions, at which grains."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

USER = "user"  # the one dimension and entity that is a person


class Grain(StrEnum):
    """The widths of rollup buckets, finest first."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Measure:
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
class Breakdown:
    """A small breakdown kept inside an entity's rows: one cell per combination of `fields`.

    `tag` is the one letter that starts the cells' attribute names. The field `hour` is the event's UTC hour, `00` to
    `23`; a cell without it among its fields is of one hour all the same, which its name says (see `rollups.cells`).
    `measures` are the counters kept for each cell; all of the rollup table's, unless given, and always where `hour` is
    a field: those cells add up to the whole.
    """

    tag: str
    fields: tuple[str, ...]
    measures: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class RollupTable:
    """For every bucket and dimension value, a row of counters, and rows of sketches.

    An event counts in it only when it has every dimension (and the entity). With `entity` set there is a row per entity
    for each part of a day, holding nothing but the cells of `breakdowns`. `scattered` says that most events of a batch
    have a row of their own here (as where a user is a dimension): such rows are folded apart from those they share.
    `stored` says that it counts the raw events there are: what expires is taken away again. Such a table answers no
    question; a listing is paged by it. `minutes` names counters that its rows of hours have by the minute as well.
    `people` names the rollup table of entities whose cells tell who was in its rows of days in an hour; without, its
    sketches have hours of their own.
    """

    name: str
    event_type: str
    dimensions: tuple[str, ...] = ()
    grains: tuple[Grain, ...] = (Grain.HOUR, Grain.DAY)
    measures: tuple[Measure, ...] = ()
    histograms: tuple[str, ...] = ()
    distincts: tuple[str, ...] = ()
    entity: str | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    scattered: bool = False
    stored: bool = False
    minutes: tuple[str, ...] = ()
    people: str | None = None

    @property
    def personal(self) -> bool:
        """Do the keys of its rows name users? Then an erased user's empty rows have to go."""
        return USER in (self.entity, *self.dimensions)

    @cached_property
    def hourly(self) -> bool:
        """Do its rows of days count by the hour as well? Where there are no rows of hours, and no cells of hours."""
        return self.entity is None and not self.stored and Grain.DAY in self.grains and Grain.HOUR not in self.grains

    @cached_property
    def codes(self) -> dict[str, str]:
        """How the names of cells say each counter."""
        codes = {"count": "n"}
        for measure in self.measures:
            codes[measure.name] = measure.code or measure.name
            codes |= {f"{measure.name}_n": measure.code.upper() or f"{measure.name}_n"} if measure.counted else {}
        return codes

    @cached_property
    def coded(self) -> dict[str, str]:
        """The inverse of `codes`."""
        return {code: name for name, code in self.codes.items()}


def answering(rollup_tables: Sequence[RollupTable]) -> list[RollupTable]:
    """Those that outlive the raw events: what they say of the past stays true."""
    return [family for family in rollup_tables if not family.stored]


def field_value(event: Any, field: str) -> Any:
    """A field of an event: `user`, or a property; None where it is absent."""
    return event.user if field == USER else event.properties.get(field)
