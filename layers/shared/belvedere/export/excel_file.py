"""Excel (OOXML): one sheet, numbers as numbers, moments as dates in UTC, text always as text and never as a formula.

Rows are written as they come and leave memory at once (XlsxWriter's constant memory, which spools to a temporary file).
"""

import io
from datetime import datetime
from typing import Any

from belvedere.clock import to_datetime
from belvedere.export.sheet import Column, Kind, Sheet, text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSION = "xlsx"
CELL_CHARACTERS = 32_767  # what a cell of Excel holds
FIRST_DATE = datetime(1900, 3, 1)  # before it, Excel's calendar is wrong
DATE_FORMAT = "yyyy-mm-dd hh:mm:ss.000"
DATE_WIDTH = 23
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def excel_bytes(sheet: Sheet, *, title: str, headers: bool = True) -> bytes:
    """The whole workbook; its one sheet has this title (31 characters at most)."""
    from xlsxwriter import Workbook  # here alone: only who asks for a workbook waits for its import

    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        page = book.add_worksheet(title)
        dates = book.add_format({"num_format": DATE_FORMAT})
        for place, column in enumerate(sheet.columns):
            if column.kind is Kind.MOMENT:
                page.set_column(place, place, DATE_WIDTH)
            if headers:
                page.write_string(0, place, column.name)
        for number, row in enumerate(sheet.rows, start=int(headers)):
            for place, column in enumerate(sheet.columns):
                _write(page, number, place, column, row[column.name], dates)
    return buffer.getvalue()


def _write(page: Any, row: int, place: int, column: Column, value: Any, dates: Any) -> None:
    if value is None:
        return
    match column.kind:
        case Kind.NUMBER:
            page.write_number(row, place, value)
        case Kind.FLAG:
            page.write_boolean(row, place, value)
        case Kind.MOMENT if (moment := to_datetime(value).replace(tzinfo=None)) >= FIRST_DATE:
            page.write_datetime(row, place, moment, dates)
        case _:
            page.write_string(row, place, fitting(text(column, value)))


def fitting(shown: str) -> str:
    """Text that a cell can hold; a cut one says so by its last character."""
    return shown if len(shown) <= CELL_CHARACTERS else shown[: CELL_CHARACTERS - 1] + "…"
