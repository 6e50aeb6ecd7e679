"""Filters: which dimension values count, combined with and, or and not. Pure.

As JSON: `{"dimension": "agent_type", "in": ["a", "b"]}`, `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.errors import Invalid

MAX_DEPTH = 8
MAX_VALUES = 100
MAX_TEXT = 200  # no name of an event is longer, and a key made of a longer one would be refused by the table
FORMS = '{"dimension", "in"}, {"and": [...]}, {"or": [...]} or {"not": {...}}'


class Filter(ABC):
    """Says which rows count, by their dimension values."""

    @abstractmethod
    def matches(self, dims: Mapping[str, str]) -> bool:
        """Does a row with these dimension values count?"""

    @abstractmethod
    def dimensions(self) -> frozenset[str]:
        """The dimensions that have to be known to tell."""

    @abstractmethod
    def only(self, dimension: str) -> tuple[str, ...] | None:
        """The only values a dimension can have in a row that counts; None when that is not limited."""


@dataclass(frozen=True)
class In(Filter):
    """One dimension has one of these values."""

    dimension: str
    values: tuple[str, ...]

    def matches(self, dims: Mapping[str, str]) -> bool:
        return dims.get(self.dimension) in self.values

    def dimensions(self) -> frozenset[str]:
        return frozenset({self.dimension})

    def only(self, dimension: str) -> tuple[str, ...] | None:
        return self.values if dimension == self.dimension else None


@dataclass(frozen=True)
class Not(Filter):
    """The part does not hold."""

    part: Filter

    def matches(self, dims: Mapping[str, str]) -> bool:
        return not self.part.matches(dims)

    def dimensions(self) -> frozenset[str]:
        return self.part.dimensions()

    def only(self, dimension: str) -> tuple[str, ...] | None:
        return self.part.part.only(dimension) if isinstance(self.part, Not) else None


@dataclass(frozen=True)
class And(Filter):
    """Every part holds; without parts, everything does."""

    parts: tuple[Filter, ...]

    def matches(self, dims: Mapping[str, str]) -> bool:
        return all(part.matches(dims) for part in self.parts)

    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(part.dimensions() for part in self.parts))

    def only(self, dimension: str) -> tuple[str, ...] | None:
        limits = [values for part in self.parts if (values := part.only(dimension)) is not None]
        return tuple(v for v in limits[0] if all(v in other for other in limits[1:])) if limits else None


@dataclass(frozen=True)
class Or(Filter):
    """At least one part holds."""

    parts: tuple[Filter, ...]

    def matches(self, dims: Mapping[str, str]) -> bool:
        return any(part.matches(dims) for part in self.parts)

    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(part.dimensions() for part in self.parts))

    def only(self, dimension: str) -> tuple[str, ...] | None:
        limits = [part.only(dimension) for part in self.parts]
        if not limits or any(limit is None for limit in limits):
            return None
        return tuple(dict.fromkeys(value for limit in limits for value in limit or ()))


EVERYTHING: Filter = And(())


def all_in(filters: Mapping[str, Sequence[str]]) -> Filter:
    """Every named dimension has one of its values; an empty list lets everything through. Raises Invalid."""
    for dimension, values in filters.items():
        _check_lengths(values, dimension)
    return And(tuple(In(dimension, tuple(values)) for dimension, values in filters.items() if values))


def parse(given: Any, field: str = "filters", depth: int = 0) -> Filter:
    """A filter of its JSON form. Raises Invalid naming the place and the forms there are."""
    if given is None:
        return EVERYTHING
    if depth > MAX_DEPTH:
        raise Invalid(f"{field}: nested more than {MAX_DEPTH} deep")
    match given:
        case {"dimension": str(dimension), "in": list(values)} if len(given) == 2:
            return In(dimension, _values(values, f"{field}.in"))
        case {"and": list(parts)} if parts and len(given) == 1:
            return And(tuple(parse(part, f"{field}.and[{i}]", depth + 1) for i, part in enumerate(parts)))
        case {"or": list(parts)} if parts and len(given) == 1:
            return Or(tuple(parse(part, f"{field}.or[{i}]", depth + 1) for i, part in enumerate(parts)))
        case {"not": dict(part)} if len(given) == 1:
            return Not(parse(part, f"{field}.not", depth + 1))
    raise Invalid(f"{field}: must be {FORMS}")


def _values(values: list[Any], field: str) -> tuple[str, ...]:
    if not values or len(values) > MAX_VALUES or not all(isinstance(value, str) for value in values):
        raise Invalid(f"{field}: must be 1 to {MAX_VALUES} texts")
    _check_lengths(values, field)
    return tuple(dict.fromkeys(values))


def _check_lengths(values: Sequence[str], field: str) -> None:
    if any(len(value) > MAX_TEXT for value in values):
        raise Invalid(f"{field}: a value has at most {MAX_TEXT} characters")
