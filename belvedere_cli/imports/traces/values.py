"""Reads what a trace holds at a place, or raises RowError with the place and what is wrong there."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from belvedere_cli.imports.mappings.base import RowError, shown
from belvedere_cli.imports.traces.view import FieldPath, TraceFields

T = TypeVar("T")
Reader = Callable[[Any], T]  # raises ValueError, whose message says what is allowed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_MS = 253_402_300_799_999
UNITS_MS = ((1e17, 1e-6), (1e14, 1e-3), (1e11, 1.0), (0.0, 1e3))  # from so large on, a number is in ns, us, ms, s
OFFSET_AND_Z = re.compile(r"([+-]\d{2}:?\d{2})Z$")
EPOCH_TEXT = re.compile(r"\d{9,}(\.\d+)?")
STATUSES = {"OK": 200, "SUCCESS": 200, "ERROR": 500, "FAILURE": 500}
NO_STATUS = "UNSET"
OTLP_STATUSES = {0: None, 1: 200, 2: 500}
YES = frozenset({"true", "1", "yes"})
SLUG = re.compile(r"[A-Za-z0-9_./ -]+")
NO_REPO = "unknown"


def first(view: TraceFields, places: tuple[FieldPath, ...], read: Reader[T]) -> T | None:
    """The first of these places that holds something, read. Raises RowError where that is not what it should be."""
    for place in places:
        value = view.at(place)
        if value is not None:
            try:
                return read(value)
            except (ValueError, TypeError, OverflowError) as error:
                raise RowError(f"{place} must be {error}, not {shown(value)}") from None
    return None


def moment_ms(value: Any) -> int:
    """Epoch milliseconds of ISO text (naive: UTC) or of a number, whose unit is told by its size."""
    expected = "a time (ISO 8601, or epoch seconds or milliseconds) from 1970 on"
    try:
        ms = _epoch_ms(value) if not isinstance(value, str) or EPOCH_TEXT.fullmatch(value) else _iso_ms(value)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(expected) from None
    if not 0 <= ms <= LATEST_MS:
        raise ValueError(expected)
    return ms


def _epoch_ms(value: Any) -> int:
    number = _finite(value)
    unit = next((unit for least, unit in UNITS_MS if number >= least), None)
    if unit is None:
        raise ValueError
    return int(number) if unit == 1.0 else round(number * unit)


def _iso_ms(text: str) -> int:
    """Some loggers put a Z behind an offset; the offset counts."""
    moment = datetime.fromisoformat(OFFSET_AND_Z.sub(r"\1", text.strip().upper()))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(milliseconds=1)


def count(value: Any) -> int:
    """A whole number or the text of one; what is below 0 is 0."""
    expected = "a whole number"
    try:
        number = _finite(value)
    except (ValueError, TypeError):
        raise ValueError(expected) from None
    if number != int(number):
        raise ValueError(expected)
    return max(0, int(number))


def amount(value: Any) -> float:
    """A number from 0 on, or the text of one."""
    return _between(value, math.inf, "a number from 0 on")


def share(value: Any) -> float:
    """A number from 0 to 1."""
    return _between(value, 1.0, "a number from 0 to 1")


def status(value: Any) -> int | None:
    """An HTTP status, or a span's: OK is 200, ERROR is 500, UNSET is none."""
    word = value.strip().upper() if isinstance(value, str) else ""
    word = word.removeprefix("STATUSCODE.").removeprefix("STATUS_CODE_")  # as OpenTelemetry and OTLP write them
    if word == NO_STATUS:
        return None
    if word in STATUSES:
        return STATUSES[word]
    code = _between(value, 999, expected := f"a status code or one of {', '.join((*STATUSES, NO_STATUS))}")
    if code != int(code):
        raise ValueError(expected)
    return int(code)


def otlp_status(value: Any) -> int | None:
    """A span's status as OTLP numbers it, or its name."""
    return OTLP_STATUSES[value] if isinstance(value, int) and value in OTLP_STATUSES else status(value)


def flag(value: Any) -> bool:
    """True, or a text that says so, or any number but 0."""
    return value.strip().lower() in YES if isinstance(value, str) else bool(value)


def name(value: Any) -> str:
    """A text; numbers are names too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a text")
    return str(value).strip()


def repo(value: Any) -> str | None:
    """`owner/name`, as a path within a disk might be; `unknown` is none."""
    slug = name(value)
    if not SLUG.fullmatch(slug) or ".." in slug or slug.startswith("/"):
        raise ValueError("a repository like owner/name (letters, digits, - _ / . and space; no .., no leading /)")
    return None if slug == NO_REPO else slug


def _between(value: Any, most: float, expected: str) -> float:
    try:
        number = _finite(value)
    except (ValueError, TypeError):
        raise ValueError(expected) from None
    if not 0 <= number <= most:
        raise ValueError(expected)
    return number


def _finite(value: Any) -> float:
    """Raises ValueError and TypeError, also for an integer that is beyond all numbers with a point."""
    try:
        number = float("nan" if isinstance(value, bool) else value)
    except OverflowError:
        raise ValueError from None
    if not math.isfinite(number):
        raise ValueError
    return number
