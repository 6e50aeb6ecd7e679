"""Excel: values keep their kind, no text becomes a formula, and what a sheet cannot hold goes on in the next."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from belvedere.export.columns import Column, ColumnType
from belvedere.export.writers import excel_file
from belvedere.export.writers.excel_file import CELL_CHARACTERS, SheetParts, merge_workbook
from belvedere.export.writers.excel_titles import sheet_titles
from belvedere.export.writers.writer import DEFAULTS, WriterOptions
from tests.unit.export.tables import COLUMNS, MOMENT, ROW, file_of, part_of, sheets
from tests.unit.export.writers.test_csv_file import FORMULAS

TEXT, AT = (Column("text"),), (Column("at", ColumnType.TIMESTAMP),)


def test_numbers_flags_and_dates_stay_such() -> None:
    header, first = sheets(file_of("excel", [ROW]))["export"]
    assert header == [column.name for column in COLUMNS]
    assert first == [ROW[0], str(2**62 + 1), -2.5, True, datetime(2025, 1, 14, 10, 0, 0, 250_000), '{"a":[1]}']


def test_the_header_stays_in_view_and_dates_are_wide_enough_to_be_seen() -> None:
    (page,) = load_workbook(io.BytesIO(file_of("excel", [(MOMENT,)], AT))).worksheets
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["A"].width > 20


def test_there_is_no_header_for_who_wants_none() -> None:
    book = sheets(file_of("excel", [("a",)], TEXT, WriterOptions(headers=False, title="things")))
    assert book == {"things": [["a"]]}


@pytest.mark.parametrize("formula", [*FORMULAS, "http://example.com", "007", "{=1}"])
def test_no_text_is_a_formula_a_link_or_a_number(formula: str) -> None:
    (page,) = load_workbook(io.BytesIO(file_of("excel", [(formula,)], TEXT))).worksheets
    cell = page.cell(2, 1)
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r") == formula


def test_what_excel_cannot_hold_is_cut_visibly_or_written_as_text() -> None:
    (_, (long,)) = sheets(file_of("excel", [("x" * 40_000,)], TEXT))["export"]
    assert (len(long), long[-1]) == (CELL_CHARACTERS, "…")
    assert sheets(file_of("excel", [(-2_208_988_800_000,)], AT))["export"][1] == ["1900-01-01T00:00:00Z"]


def test_moments_are_by_the_clocks_of_the_zone() -> None:
    berlin = WriterOptions(zone=ZoneInfo("Europe/Berlin"))
    (_, (shown,)) = sheets(file_of("excel", [(MOMENT,)], AT, berlin))["export"]
    assert shown == datetime(2025, 1, 14, 11, 0, 0, 250_000)


def test_rows_go_on_in_a_next_sheet_with_its_own_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_file, "SHEET_ROWS", 3)
    book = sheets(file_of("excel", [(str(number),) for number in range(5)], TEXT))
    assert book == {
        "export": [["text"], ["0"], ["1"]],
        "export (2)": [["text"], ["2"], ["3"]],
        "export (3)": [["text"], ["4"]],
    }


def test_several_tables_are_sheets_of_one_workbook() -> None:
    out = io.BytesIO()
    words = [io.BytesIO(part_of("excel", [(text,)], TEXT)) for text in "ab"]
    tables = [
        SheetParts("words", TEXT, words),
        SheetParts("words", AT, [io.BytesIO(part_of("excel", [], AT))]),
    ]
    assert merge_workbook(tables, out, DEFAULTS) == [2, 0]
    assert sheets(out.getvalue()) == {"words": [["text"], ["a"], ["b"]], "words (2)": [["at"]]}


def test_titles_are_such_as_excel_takes() -> None:
    assert sheet_titles(["a/b:c", "A/B:C", "", "History", "x" * 40, "x" * 41, "'q'"]) == [
        "a_b_c", "A_B_C (2)", "sheet", "History (2)", "x" * 31, "x" * 27 + " (2)", "q",
    ]  # fmt: skip
