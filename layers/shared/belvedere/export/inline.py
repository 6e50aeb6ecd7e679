"""A file as one answer: as much as a function's answer can carry, and a plain refusal beyond that.

Lambda answers at most 6 MB, in which text is carried as a JSON string and everything else as base64.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from belvedere.errors import TooLarge
from belvedere.export import csv_file, excel_file, json_file
from belvedere.export.sheet import Row, Sheet, text

CARRIED_AT_MOST = 5_500_000  # of 6,291,556, which hold the headers, too
SPOOLED_AT_MOST = 48_000_000  # characters in a workbook's cells, before it is packed
FORMATS = ("json", "csv", "excel")


@dataclass(frozen=True)
class File:
    """A finished file."""

    content: bytes
    media_type: str
    extension: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a sheet is to be written: `head` and `tail` surround the rows in JSON alone, `title` names Excel's sheet."""

    format: str
    title: str
    ask_for_less: str
    headers: bool = True
    head: Mapping[str, Any]
    tail: Callable[[], Mapping[str, Any]]


def written(sheet: Sheet, wanted: Wanted) -> File:
    """The file. Raises TooLarge as soon as it is clear that no answer could carry it. Blocking."""
    less = wanted.ask_for_less
    if wanted.format == "excel":
        rows = replace(sheet, rows=spooled(sheet, less))
        content = excel_file.excel_bytes(rows, title=wanted.title, headers=wanted.headers)
        if len(content) * 4 // 3 > CARRIED_AT_MOST:
            raise too_large(less)
        return File(content, excel_file.MEDIA_TYPE, excel_file.EXTENSION)
    if wanted.format == "csv":
        chunks = csv_file.csv_chunks(sheet, headers=wanted.headers)
        return File(carried(chunks, less), csv_file.MEDIA_TYPE, csv_file.EXTENSION)
    chunks = json_file.json_chunks(sheet, wanted.head, wanted.tail)
    return File(carried(chunks, less), json_file.MEDIA_TYPE, json_file.EXTENSION)


def carried(chunks: Iterable[bytes], ask_for_less: str) -> bytes:
    """Text joined, if it fits."""
    kept, weight = [], 0
    for chunk in chunks:
        weight += len(orjson.dumps(chunk.decode()))
        if weight > CARRIED_AT_MOST:
            raise too_large(ask_for_less)
        kept.append(chunk)
    return b"".join(kept)


def spooled(sheet: Sheet, ask_for_less: str) -> Iterator[Row]:
    """The rows of a workbook, as long as they are not too many characters to write."""
    characters = 0
    for row in sheet.rows:
        characters += sum(len(text(column, row[column.name])) for column in sheet.columns)
        if characters > SPOOLED_AT_MOST:
            raise too_large(ask_for_less)
        yield row


def too_large(ask_for_less: str) -> TooLarge:
    """The refusal, which says how to ask for less."""
    return TooLarge(f"the export is larger than one answer can carry ({CARRIED_AT_MOST:,} bytes); {ask_for_less}")
