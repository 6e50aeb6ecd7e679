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
    """The operand does not hold."""

    operand: Filter

    def matches(self, dims: Mapping[str, str]) -> bool:
        return not self.operand.matches(dims)

    def dimensions(self) -> frozenset[str]:
        return self.operand.dimensions()

    def only(self, dimension: str) -> tuple[str, ...] | None:
        return self.operand.operand.only(dimension) if isinstance(self.operand, Not) else None


@dataclass(frozen=True)
class And(Filter):
    """Every operand holds; without operands, everything does."""

    operands: tuple[Filter, ...]

    def matches(self, dims: Mapping[str, str]) -> bool:
        return all(operand.matches(dims) for operand in self.operands)

    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(operand.dimensions() for operand in self.operands))

    def only(self, dimension: str) -> tuple[str, ...] | None:
        limits = [values for operand in self.operands if (values := operand.only(dimension)) is not None]
        return tuple(v for v in limits[0] if all(v in other for other in limits[1:])) if limits else None


@dataclass(frozen=True)
class Or(Filter):
    """At least one operand holds."""

    operands: tuple[Filter, ...]

    def matches(self, dims: Mapping[str, str]) -> bool:
        return any(operand.matches(dims) for operand in self.operands)

    def dimensions(self) -> frozenset[str]:
        return frozenset().union(*(operand.dimensions() for operand in self.operands))

    def only(self, dimension: str) -> tuple[str, ...] | None:
        limits = [operand.only(dimension) for operand in self.operands]
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
        case {"and": list(operands)} if operands and len(given) == 1:
            return And(tuple(parse(operand, f"{field}.and[{i}]", depth + 1) for i, operand in enumerate(operands)))
        case {"or": list(operands)} if operands and len(given) == 1:
            return Or(tuple(parse(operand, f"{field}.or[{i}]", depth + 1) for i, operand in enumerate(operands)))
        case {"not": dict(operand)} if len(given) == 1:
            return Not(parse(operand, f"{field}.not", depth + 1))
    raise Invalid(f"{field}: must be {FORMS}")


def _values(values: list[Any], field: str) -> tuple[str, ...]:
    if not values or len(values) > MAX_VALUES or not all(isinstance(value, str) for value in values):
        raise Invalid(f"{field}: must be 1 to {MAX_VALUES} texts")
    _check_lengths(values, field)
    return tuple(dict.fromkeys(values))


def _check_lengths(values: Sequence[str], field: str) -> None:
    if any(len(value) > MAX_TEXT for value in values):
        raise Invalid(f"{field}: a value has at most {MAX_TEXT} characters")
