"""Excel (OOXML): numbers as numbers, moments as dates, text always as text and never as a formula.

Rows are written as they come and leave memory at once (XlsxWriter's constant memory, which spools to a temporary file).
Excel has 1,048,576 rows a sheet, 32,767 characters a cell and 16 digits a number: rows go on in a next sheet, longer
text ends in `…`, and numbers that it could not hold (whole ones beyond 2^53) are text. A part of a workbook is its rows
as compressed JSON lines.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from belvedere.clock import to_datetime
from belvedere.export.columns import Column, ColumnType, Row, text_of
from belvedere.export.writers.excel_titles import sheet_titles
from belvedere.export.writers.row_lines import read_rows
from belvedere.export.writers.writer import WriterOptions

CELL_CHARACTERS = 32_767
SHEET_ROWS = 1_048_576
EXACT = 2**53  # whole numbers up to here are exact as doubles
LARGEST = 9.99999999999999e307  # that Excel takes; a few larger ones would become infinite
FIRST_DATE = datetime(1900, 3, 1)  # before it, Excel's calendar is wrong
DATE_FORMAT = "yyyy-mm-dd hh:mm:ss.000"
DATE_WIDTH = 23
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

WriteCell = Callable[[Any, int, int, Any], None]  # (worksheet, row, place, value that is not None)


@dataclass(frozen=True)
class SheetParts:
    """One table of a workbook: its title, its columns, and its parts as files to read."""

    title: str
    columns: Sequence[Column]
    parts: Iterable[BinaryIO]


def merge_workbook(sheets: Sequence[SheetParts], out: BinaryIO, options: WriterOptions) -> list[int]:
    """Write one workbook of several tables, and return how many rows each has. Parts are read one by one."""
    numbers, writer = [], ExcelWriter(options)
    writer.begin(out)
    titles = sheet_titles([sheet.title for sheet in sheets])
    for sheet, title in zip(sheets, titles, strict=True):
        before = writer.rows
        writer.add_table(sheet.columns, title)
        for part in sheet.parts:
            writer.write(read_rows(part))
        numbers.append(writer.rows - before)
    writer.close()
    return numbers


def merge(parts: Iterable[BinaryIO], out: BinaryIO, columns: Sequence[Column], options: WriterOptions) -> int:
    """A workbook of one table."""
    return merge_workbook([SheetParts(options.title, columns, parts)], out, options)[0]


class ExcelWriter:
    """Writes a workbook of one table, or of several that are added one after the other."""

    def __init__(self, options: WriterOptions) -> None:
        self.rows = 0
        self._options = options

    def open(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        """Begin a workbook of one table."""
        self.begin(out)
        self.add_table(columns, sheet_titles([self._options.title])[0])

    def begin(self, out: BinaryIO) -> None:
        """Begin a workbook without any table."""
        from xlsxwriter import Workbook  # here alone: only who asks for a workbook waits for its import

        self._book = Workbook(out, OPTIONS)
        self._dates = self._book.add_format({"num_format": DATE_FORMAT})

    def add_table(self, columns: Sequence[Column], title: str) -> None:
        """Begin a table, in a sheet of its own."""
        self._columns, self._title, self._sheets = columns, title, 0
        self._cells = [cell_writer(column, self._options, self._dates) for column in columns]
        self._add_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows, in a further sheet where one is full."""
        for row in rows:
            if self._next >= SHEET_ROWS:
                self._add_sheet()
            for place, (write_cell, value) in enumerate(zip(self._cells, row, strict=True)):
                if value is not None:
                    write_cell(self._sheet, self._next, place, value)
            self._next += 1
            self.rows += 1

    def close(self) -> None:
        """Pack the workbook."""
        self._book.close()

    def _add_sheet(self) -> None:
        self._sheets += 1
        taken = [sheet.get_name() for sheet in self._book.worksheets()]
        title = self._title if self._sheets == 1 else f"{self._title[:24]} ({self._sheets})"
        self._sheet = self._book.add_worksheet(sheet_titles([*taken, title])[-1])
        self._next = int(self._options.headers)
        for place, column in enumerate(self._columns):
            if column.type is ColumnType.TIMESTAMP:
                self._sheet.set_column(place, place, DATE_WIDTH)
            if self._options.headers:
                self._sheet.write_string(0, place, fitting(column.name))
        if self._options.headers:
            self._sheet.freeze_panes(1, 0)


def cell_writer(column: Column, options: WriterOptions, dates: Any) -> WriteCell:
    """Writes the values of a column as cells of its type."""
    text = text_of(column, options.zone)
    match column.type:
        case ColumnType.NUMBER | ColumnType.INTEGER:
            return _write_number
        case ColumnType.BOOLEAN:
            return lambda sheet, row, place, value: sheet.write_boolean(row, place, value)
        case ColumnType.TIMESTAMP:
            return partial(_write_moment, text, options, dates)
    return lambda sheet, row, place, value: sheet.write_string(row, place, fitting(text(value)))


def _write_number(sheet: Any, row: int, place: int, value: float) -> None:
    if abs(value) > (EXACT if isinstance(value, int) else LARGEST):
        sheet.write_string(row, place, str(value))
    else:
        sheet.write_number(row, place, value)


def _write_moment(
    text: Callable[[int], str], options: WriterOptions, dates: Any, sheet: Any, row: int, place: int, value: int
) -> None:
    moment = to_datetime(value)
    local = (moment.astimezone(options.zone) if options.zone else moment).replace(tzinfo=None)
    if local < FIRST_DATE:
        sheet.write_string(row, place, text(value))
    else:
        sheet.write_datetime(row, place, local, dates)


def fitting(text: str) -> str:
    """Text that a cell can hold; a cut one says so by its last character."""
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"
