"""NDJSON: an object a line, UTF-8; moments as ISO 8601 text, nested data as it is."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from belvedere.export.columns import Column, ColumnType, Row, TimestampText
from belvedere.export.writers.text_file import Encode, Framing
from belvedere.export.writers.writer import WriterOptions

_encode_lines = msgspec.json.Encoder().encode_lines


def framing(_columns: Sequence[Column], _options: WriterOptions) -> Framing:
    """Nothing surrounds the lines."""
    return Framing()


def encoder(columns: Sequence[Column], options: WriterOptions) -> Encode:
    """Writes rows as lines."""
    record = record_type([column.name for column in columns])
    moments = [place for place, column in enumerate(columns) if column.type is ColumnType.TIMESTAMP]
    text = TimestampText(options.zone)

    def encode(rows: list[Row]) -> bytes:
        return _encode_lines([record(*row) for row in with_text(rows, moments, text)])

    return encode


def record_type(names: Sequence[str]) -> Callable[..., Any]:
    """Makes objects with these names in this order: structs, which are written faster, unless a name is no name."""
    fields = {f"field_{place}": name for place, name in enumerate(names)}
    try:
        return msgspec.defstruct("Record", [(field, Any) for field in fields], rename=fields, gc=False)
    except ValueError:  # quotes, backslashes or control characters in a name
        return lambda *values: dict(zip(names, values, strict=True))


def with_text(rows: list[Row], places: Sequence[int], text: TimestampText) -> list[Row]:
    """The rows with the moments at these places as text."""
    if not places:
        return rows
    values: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place in places:
        values[place] = text.column(values[place], None)
    return list(zip(*values, strict=True))
