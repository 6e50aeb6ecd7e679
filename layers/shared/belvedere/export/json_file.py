"""JSON: one object, whose `data` is the rows; what is only known after them comes after them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import orjson

from belvedere.export.sheet import Column, Row, Sheet, plain

MEDIA_TYPE = "application/json"
EXTENSION = "json"


def json_chunks(sheet: Sheet, head: Mapping[str, Any], tail: Callable[[], Mapping[str, Any]]) -> Iterator[bytes]:
    """`head`, `data`, then `tail` and what the sheet tells, as pieces of one object."""
    yield orjson.dumps(head)[:-1] + (b"," if head else b"") + b'"data":['
    for number, row in enumerate(sheet.rows):
        yield (b"," if number else b"") + msgspec.json.encode(shown(sheet.columns, row))
    yield b"]" + _rest({**tail(), **sheet.told()})


def shown(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    """A row with its columns in order."""
    return {one.name: plain(one, row[one.name]) for one in columns}


def _rest(fields: Mapping[str, Any]) -> bytes:
    return b"," + orjson.dumps(fields)[1:] if fields else b"}"
