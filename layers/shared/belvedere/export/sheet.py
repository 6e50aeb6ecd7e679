"""What is exported: named columns of one kind each, and rows that are read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from belvedere.clock import iso

Row = Mapping[str, Any]


class Kind(Enum):
    """What the values of a column are; any of them may be None."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"  # True and False
    MOMENT = "moment"  # epoch milliseconds
    OBJECT = "object"  # plain data


@dataclass(frozen=True)
class Column:
    """A name and what stands under it."""

    name: str
    kind: Kind = Kind.TEXT


def nothing_more() -> dict[str, Any]:
    """For sheets that have nothing to tell at their end."""
    return {}


@dataclass(frozen=True)
class Sheet:
    """A table. `told` says, once the rows have been read, what there is to say of them (whether some were left out)."""

    columns: Sequence[Column]
    rows: Iterable[Row]
    told: Callable[[], dict[str, Any]] = nothing_more


def plain(column: Column, value: Any) -> Any:
    """A value as JSON has it: moments as ISO 8601 text."""
    return iso(value) if column.kind is Kind.MOMENT and value is not None else value


def text(column: Column, value: Any) -> str:
    """A value as a text file has it; empty for None."""
    if value is None:
        return ""
    if column.kind is Kind.OBJECT:
        return msgspec.json.encode(value).decode()  # of numbers of any size, and of any depth that can be read
    if column.kind is Kind.FLAG:
        return "true" if value else "false"
    return str(plain(column, value))
