"""CSV (RFC 4180, UTF-8, CRLF), in which no text is a formula.

A spreadsheet runs text that begins with `=`, `+`, `-`, `@` or their full-width forms, whatever blanks come before; such
text gets an apostrophe in front, which spreadsheets take for "this is text" (OWASP, CSV Injection). In many countries
they split at semicolons, and all of them may be told to split at tabs, whatever is quoted: what would begin a cell
there gets its apostrophe, too. Numbers are numbers and are left as they are. None is an empty cell.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from belvedere.export.columns import Column, ColumnType, Row, TimestampText, text_of
from belvedere.export.writers.text_file import Encode, Framing
from belvedere.export.writers.writer import WriterOptions

BOM = "\ufeff"
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
EMPTY = '""'  # a line of one empty cell, which would else be no line
BLANKS = ("\t", "\r", "\n")
_RUN = re.escape("".join(RUN))
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
_BEGINS_ANOTHER_CELL = re.compile(rf'([;\t\r\n][\s"]*)([{_RUN}]?)')  # where somebody else splits, and what runs there
_PLAIN_TEXT = rf'[^\s",;{_RUN}](?:[^",;\t\r\n]*[^\s",;])?'  # neither quoted nor dangerous: most text
_PLAIN = re.compile(_PLAIN_TEXT)
_PLAIN_LINES = re.compile(rf"{_PLAIN_TEXT}(?:\n{_PLAIN_TEXT})*")

Cells = Callable[[Sequence[Any]], list[str]]


def framing(columns: Sequence[Column], options: WriterOptions) -> Framing:
    """The byte order mark and the header, if they are wanted."""
    header = line([cell_text(column.name) for column in columns]) + "\r\n" if options.headers else ""
    return Framing(head=((BOM if options.bom else "") + header).encode())


def encoder(columns: Sequence[Column], options: WriterOptions) -> Encode:
    """Writes rows column by column, as most values of a column repeat."""
    cells = [_cells_of(column, options.zone) for column in columns]

    def encode(rows: list[Row]) -> bytes:
        columns_of_text = [of(values) for of, values in zip(cells, zip(*rows, strict=True), strict=True)]
        lines = map(",".join, zip(*columns_of_text, strict=True))
        whole = lines if len(cells) > 1 else (text or EMPTY for text in lines)
        return ("\r\n".join(whole) + "\r\n").encode()

    return encode


def line(cells: Sequence[str]) -> str:
    """One line of finished cells, without its end."""
    return ",".join(cells) or EMPTY


def cell_text(text: str) -> str:
    """Text as a cell: harmless, and quoted where it has to be."""
    if _PLAIN.fullmatch(text):
        return text
    text = harmless(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def harmless(text: str) -> str:
    """Text that no spreadsheet runs."""
    text = _BEGINS_ANOTHER_CELL.sub(lambda match: f"{match[1]}'{match[2]}" if match[2] else match[0], text)
    dangerous = text.startswith(BLANKS) or text.lstrip().startswith(RUN)
    return f"'{text}" if dangerous else text


def _cells_of(column: Column, zone: ZoneInfo | None) -> Cells:
    text = text_of(column, zone)
    match column.type:
        case ColumnType.TEXT:
            return _text_cells
        case ColumnType.JSON:
            return lambda values: ["" if value is None else cell_text(text(value)) for value in values]
        case ColumnType.TIMESTAMP:
            moments = TimestampText(zone)
            return lambda values: moments.column(values, "")
    return lambda values: ["" if value is None else text(value) for value in values]


def _text_cells(values: Sequence[str | None]) -> list[str]:
    """Each different text is looked at once; where most differ, as ids do, they are looked at together."""
    different = set(values)
    if len(different) * 2 > len(values) and None not in different and all_plain(values):
        return list(values)  # type: ignore[arg-type]  # there is no None
    cells = {value: "" if value is None else cell_text(value) for value in different}
    return [cells[value] for value in values]


def all_plain(values: Sequence[str | None]) -> bool:
    """Is every text plain? One match of them all, one a line."""
    together = "\n".join(values)  # type: ignore[arg-type]  # there is no None
    return together.count("\n") == len(values) - 1 and _PLAIN_LINES.fullmatch(together) is not None
