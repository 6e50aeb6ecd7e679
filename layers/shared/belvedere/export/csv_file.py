"""CSV (RFC 4180, UTF-8, CRLF), in which no text is a formula.

A spreadsheet runs text that begins with `=`, `+`, `-`, `@` or their full-width forms, whatever blanks come before; such
text gets an apostrophe in front, which spreadsheets take for "this is text" (OWASP, CSV Injection). Numbers are numbers
and are left as they are.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from belvedere.export.sheet import Column, Kind, Sheet, text

MEDIA_TYPE = "text/csv; charset=utf-8"
EXTENSION = "csv"
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BLANKS = ("\t", "\r", "\n")
TEXTS = (Kind.TEXT, Kind.OBJECT)


def csv_chunks(sheet: Sheet, *, headers: bool = True) -> Iterator[bytes]:
    """The header unless it is not wanted, then one piece a row."""
    if headers:
        yield line(harmless(column.name) for column in sheet.columns)
    for row in sheet.rows:
        yield line(cell(column, row[column.name]) for column in sheet.columns)


def cell(column: Column, value: object) -> str:
    """A value as it stands in the file."""
    shown = text(column, value)
    return harmless(shown) if column.kind in TEXTS else shown


def harmless(shown: str) -> str:
    """Text that no spreadsheet runs."""
    dangerous = shown.startswith(BLANKS) or shown.lstrip().startswith(RUN)
    return f"'{shown}" if dangerous else shown


def line(cells: Iterable[str]) -> bytes:
    """One line."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(list(cells))
    return buffer.getvalue().encode()
