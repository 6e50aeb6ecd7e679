"""Columns: a name and a type each; a row is a tuple of values in their order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from belvedere.clock import DAY_MS, MINUTE_MS, SECOND_MS, iso, iso_in

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


_MINUTES = [f"{hour:02}:{minute:02}:" for hour in range(24) for minute in range(60)]
_SECONDS = [f"{second:02}" for second in range(60)]
_FRACTIONS = ["Z", *(f".{ms:03}Z" for ms in range(1, 1_000))]


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


class TimestampText:
    """Writes epoch milliseconds as ISO 8601 by the clocks of a zone: `2021-01-16T04:44:49Z` where there is none."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self._days = Memo(lambda day: iso(day * DAY_MS)[:11])
        self._local = None if zone is None else Memo(lambda ms: iso_in(ms, zone))

    def __call__(self, ms: int) -> str:
        """One moment."""
        if self._local is not None:
            return self._local[ms]
        minute, second = ms % DAY_MS // MINUTE_MS, ms % MINUTE_MS // SECOND_MS
        return self._days[ms // DAY_MS] + _MINUTES[minute] + _SECONDS[second] + _FRACTIONS[ms % SECOND_MS]

    def column(self, values: Sequence[int | None], nothing: Any) -> list[Any]:
        """All values of a column, with `nothing` for None."""
        return [nothing if ms is None else self(ms) for ms in values]


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
            return TimestampText(zone)
    return str
