"""Columns: a name and a type each; a row is a tuple of values in their order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from belvedere.clock import MINUTE_MS, SECOND_MS, iso, iso_in

Row = Sequence[Any]  # values in the order of the columns; None where there is none
REMEMBERED = 10_000  # values of a column whose text is not worked out again


class ColumnType(StrEnum):
    """What the values of a column are; any of them may be None."""

    TEXT = "text"
    INTEGER = "integer"  # 64 bits, signed
    NUMBER = "number"  # a double; whole numbers may come as int
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"  # epoch milliseconds
    JSON = "json"  # plain data, however nested


@dataclass(frozen=True)
class Column:
    """A name, which is the header of a file, and a type."""

    name: str
    type: ColumnType = ColumnType.TEXT

    def to_json(self) -> dict[str, str]:
        """As plain data, for the state of a job."""
        return {"name": self.name, "type": self.type.value}

    @classmethod
    def from_json(cls, given: Mapping[str, str]) -> "Column":
        """The inverse of `to_json`."""
        return cls(given["name"], ColumnType(given["type"]))


class Memo(dict[Any, str]):
    """The text of values of one hashable type, remembered for the last few thousand different ones."""

    def __init__(self, convert: Callable[[Any], str]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        text = self[value] = self._convert(value)
        return text


def timestamp_text(zone: ZoneInfo | None) -> Callable[[int], str]:
    """Writes epoch milliseconds as ISO 8601 by the clocks of a zone: `2021-01-16T04:44:49Z` where there is none."""
    if zone is not None:
        return Memo(lambda ms: iso_in(ms, zone)).__getitem__
    minutes = Memo(lambda minute: iso(minute * MINUTE_MS)[:17])

    def text(ms: int) -> str:
        minute, rest = divmod(ms, MINUTE_MS)
        second, fraction = divmod(rest, SECOND_MS)
        return f"{minutes[minute]}{second:02}.{fraction:03}Z" if fraction else f"{minutes[minute]}{second:02}Z"

    return text


def json_text(value: Any) -> str:
    """Plain data as compact JSON; numbers of any size, and as deep as it could be read."""
    return msgspec.json.encode(value).decode()


def text_of(column: Column, zone: ZoneInfo | None = None) -> Callable[[Any], str]:
    """Writes one value of a column as a text file has it; not for None."""
    match column.type:
        case ColumnType.JSON:
            return json_text
        case ColumnType.BOOLEAN:
            return lambda value: "true" if value else "false"
        case ColumnType.TIMESTAMP:
            return timestamp_text(zone)
    return str
