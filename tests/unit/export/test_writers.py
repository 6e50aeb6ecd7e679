"""The same sheet as JSON, CSV and a workbook: values keep their kind, and no text becomes a formula."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from belvedere.errors import TooLarge
from belvedere.export import inline
from belvedere.export.csv_file import csv_chunks
from belvedere.export.excel_file import CELL_CHARACTERS, excel_bytes
from belvedere.export.inline import FORMATS, Wanted, written
from belvedere.export.json_file import json_chunks
from belvedere.export.sheet import Column, Kind, Row, Sheet

MOMENT = 1_736_848_800_250  # 2025-01-14T10:00:00.250Z
COLUMNS = (
    Column("who"), Column("many", Kind.NUMBER), Column("good", Kind.FLAG), Column("at", Kind.MOMENT),
    Column("rest", Kind.OBJECT),
)  # fmt: skip
ROWS: tuple[Row, ...] = (
    {"who": 'Ünal, "U"\r\n2', "many": -2.5, "good": True, "at": MOMENT, "rest": {"a": [1]}},
    {"who": None, "many": None, "good": None, "at": None, "rest": None},
)
SHEET = Sheet(COLUMNS, ROWS)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "=cmd|' /C calc'!A0")


def of_text(*texts: str) -> Sheet:
    return Sheet((Column("text"),), tuple({"text": text} for text in texts))


def parsed(sheet: Sheet, *, headers: bool = True) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(csv_chunks(sheet, headers=headers)).decode(), newline="")))


def cells(content: bytes) -> list[list[Any]]:
    (page,) = load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in page.iter_rows()]


def wanted(form: str) -> Wanted:
    return Wanted(format=form, title="things", ask_for_less="ask for less", head={"a": 1}, tail=lambda: {"z": 2})


def test_json_is_one_object_around_the_rows() -> None:
    told = Sheet(COLUMNS, ROWS, lambda: {"truncated": False})
    answer = orjson.loads(b"".join(json_chunks(told, {"format": "json"}, lambda: {"end": "now"})))
    assert list(answer) == ["format", "data", "end", "truncated"]
    assert answer["data"] == [{**ROWS[0], "at": "2025-01-14T10:00:00.250Z"}, ROWS[1]]


def test_json_without_rows_and_words_is_still_json() -> None:
    assert orjson.loads(b"".join(json_chunks(Sheet(COLUMNS, ()), {}, dict))) == {"data": []}


def test_csv_quotes_what_needs_it_and_leaves_empty_what_is_not_there() -> None:
    assert parsed(SHEET) == [
        ["who", "many", "good", "at", "rest"],
        ["Ünal, \"U\"\r\n2", "-2.5", "true", "2025-01-14T10:00:00.250Z", '{"a":[1]}'],
        ["", "", "", "", ""],
    ]  # fmt: skip


def test_csv_comes_without_headers_for_who_wants_none() -> None:
    assert parsed(SHEET, headers=False) == parsed(SHEET)[1:]


@pytest.mark.parametrize("formula", FORMULAS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_in_csv(formula: str) -> None:
    assert parsed(of_text(formula))[1][0].startswith("'")
    assert parsed(of_text(formula))[1][0].replace("'", "") == formula.replace("'", "")


SPLIT = {
    "x;=1+1": "x;'=1+1", "x\t=1+1": "x\t'=1+1", "x; @SUM(A1)": "x; '@SUM(A1)", 'x";=1': 'x";\'=1', "x\n-1": "x\n'-1",
    "\t=1": "'\t'=1", ";=1;+2": ";'=1;'+2",
}  # fmt: skip


@pytest.mark.parametrize(("text", "harmless"), SPLIT.items())
def test_no_cell_begins_a_formula_where_a_spreadsheet_splits_at_semicolons_or_tabs(text: str, harmless: str) -> None:
    (_, line) = csv_chunks(of_text(text))
    assert parsed(of_text(text))[1] == [harmless]
    assert line.startswith(b'"'), "and it is quoted"
    pieces = re.split(r"[;\t\r\n]", line.decode())
    assert not [piece for piece in pieces if piece.strip(' "').startswith(("=", "+", "-", "@"))]


def test_a_line_of_one_empty_cell_is_a_line() -> None:
    assert parsed(of_text("")) == [["text"], [""]]


@pytest.mark.parametrize("text", ["a=1", "user-1", "1+1", "'=1", "{}", "é", "a; b", "a,-1", "a\tb"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert parsed(of_text(text))[1] == [text]


def test_a_negative_number_is_no_formula() -> None:
    assert parsed(Sheet((Column("n", Kind.NUMBER),), ({"n": -1},)))[1] == ["-1"]


def test_a_header_is_no_formula_either() -> None:
    assert parsed(Sheet((Column("=1"),), ()))[0] == ["'=1"]


def test_a_workbook_keeps_numbers_flags_and_dates_as_such() -> None:
    header, first, *_ = cells(excel_bytes(SHEET, title="things"))
    assert header == ["who", "many", "good", "at", "rest"]
    assert first[1:] == [-2.5, True, datetime(2025, 1, 14, 10, 0, 0, 250_000), '{"a":[1]}']
    assert first[0].replace("_x000D_", "\r") == ROWS[0]["who"]


def test_a_workbook_has_one_named_sheet_and_headers_only_if_wanted() -> None:
    book = load_workbook(io.BytesIO(excel_bytes(SHEET, title="things", headers=False)))
    assert book.sheetnames == ["things"]
    assert book["things"].cell(1, 2).value == -2.5


@pytest.mark.parametrize("formula", [*FORMULAS, "http://example.com", "007", "{=1}"])
def test_no_text_is_a_formula_a_link_or_a_number_in_a_workbook(formula: str) -> None:
    (page,) = load_workbook(io.BytesIO(excel_bytes(of_text(formula), title="t"))).worksheets
    cell = page.cell(2, 1)
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r") == formula


def test_what_excel_cannot_hold_is_cut_visibly_or_told_as_text() -> None:
    long = cells(excel_bytes(of_text("x" * 40_000), title="t"))[1][0]
    assert (len(long), long[-1]) == (CELL_CHARACTERS, "…")
    early = cells(excel_bytes(Sheet((Column("at", Kind.MOMENT),), ({"at": -2_208_988_800_000},)), title="t"))
    assert early[1] == ["1900-01-01T00:00:00Z"]


@pytest.mark.parametrize("form", FORMATS)
def test_rows_are_read_once_and_as_they_are_written(form: str) -> None:
    read: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(3):
            read.append(number)
            yield ROWS[0]

    written(Sheet(COLUMNS, rows()), wanted(form))
    assert read == [0, 1, 2]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_no_answer_could_carry_is_refused_with_what_to_do(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitting = written(SHEET, wanted(form))
    weight = len(fitting.content) * 4 // 3 if form == "excel" else len(orjson.dumps(fitting.content.decode()))
    monkeypatch.setattr(inline, "CARRIED_AT_MOST", weight - 40)
    with pytest.raises(TooLarge, match="ask for less"):
        written(SHEET, wanted(form))


def test_reading_stops_as_soon_as_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "CARRIED_AT_MOST", 1_000)
    monkeypatch.setattr(inline, "SPOOLED_AT_MOST", 1_000)
    for form in FORMATS:
        rows = iter([{"text": "x" * 400}] * 100)
        with pytest.raises(TooLarge):
            written(replace(of_text(), rows=rows), wanted(form))
        assert len(list(rows)) > 90


def test_quotes_weigh_what_they_take_in_lambdas_answer() -> None:
    quotes = of_text('"' * 2_000_000)  # doubled in CSV, and each escaped on its way: eight million bytes
    with pytest.raises(TooLarge):
        written(quotes, wanted("csv"))
    assert len(written(of_text("x" * 2_000_000), wanted("csv")).content) > 2_000_000
