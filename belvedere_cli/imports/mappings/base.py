"""What a mapping is: a name, the columns it needs, and a function from one row of a file to at most one event.

The readers below turn a cell into a value or raise RowError with a reason for the person who owns the file.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from belvedere_cli.sending.event_wire import WireEvent

Row = Mapping[str, Any]  # cells are text in CSV, any JSON value in JSONL

UTC_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?")
FLAGS = {"true": True, "false": False}
SHOWN = 60


class RowError(ValueError):
    """A row cannot become an event; the message says which cell and why."""


@dataclass(frozen=True)
class RowMapping:
    """A named way to read one kind of file."""

    name: str
    columns: frozenset[str]
    to_event: Callable[[Row], WireEvent | None]  # None: the row is fine and is no event; raises RowError

    def recognises(self, columns: frozenset[str]) -> bool:
        """Whether a file with these columns can be read by this mapping."""
        return self.columns <= columns


def shown(value: object) -> str:
    """A cell as an error message shows it: quoted, and cut when it is long."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def text(row: Row, column: str) -> str:
    """A cell that must not be empty."""
    value = str(row[column]).strip()
    if not value:
        raise RowError(f"{column} is empty")
    return value


def optional_text(row: Row, column: str) -> str | None:
    """A cell that may be empty."""
    return str(row[column]).strip() or None


def flag(row: Row, column: str) -> bool:
    """A cell that must be True or False, in any case."""
    value = FLAGS.get(str(row[column]).strip().lower())
    if value is None:
        raise RowError(f"{column} must be True or False, not {shown(row[column])}")
    return value


def optional_flag(row: Row, column: str) -> bool | None:
    """A cell that may be empty, and else must be True or False."""
    return flag(row, column) if optional_text(row, column) else None


def utc_time(row: Row, column: str) -> str:
    """A date and time without a zone, with or without a fraction of a second, taken as UTC."""
    value = str(row[column]).strip()
    try:
        if not UTC_TIME.fullmatch(value):
            raise ValueError
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        raise RowError(f"{column} must be a UTC time like 2021-01-16 04:44:49[.123], not {shown(value)}") from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present(**properties: Any) -> dict[str, Any]:
    """Properties without those that have no value."""
    return {name: value for name, value in properties.items() if value is not None}
