"""CSV (RFC 4180, UTF-8, CRLF), in which no text is a formula.

A spreadsheet runs text that begins with `=`, `+`, `-`, `@` or their full-width forms, whatever blanks come before; such
text gets an apostrophe in front, which spreadsheets take for "this is text" (OWASP, CSV Injection). In many countries
they split at semicolons, and all of them may be told to split at tabs, whatever is quoted: what would begin a cell
there gets its apostrophe, too. Numbers are numbers and are left as they are.
"""

import re
from collections.abc import Iterable, Iterator

from belvedere.export.sheet import Column, Kind, Sheet, text

MEDIA_TYPE = "text/csv; charset=utf-8"
EXTENSION = "csv"
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
EMPTY = '""'  # a line of one empty cell, which would else be no line
BLANKS = ("\t", "\r", "\n")
TEXTS = (Kind.TEXT, Kind.OBJECT)
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
_BEGINS_ANOTHER_CELL = re.compile(rf'[;\t\r\n][\s"]*(?=[{re.escape("".join(RUN))}])')  # where somebody else splits


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
    shown = _BEGINS_ANOTHER_CELL.sub(r"\g<0>'", shown)
    dangerous = shown.startswith(BLANKS) or shown.lstrip().startswith(RUN)
    return f"'{shown}" if dangerous else shown


def line(cells: Iterable[str]) -> bytes:
    """One line."""
    shown = ",".join(map(_quoted, cells))
    return f"{shown or EMPTY}\r\n".encode()


def _quoted(shown: str) -> str:
    return '"' + shown.replace('"', '""') + '"' if _QUOTED.search(shown) else shown
