"""CSV: quoted where it has to be, and no text that a spreadsheet would run."""

import re

import pytest

from belvedere.export.columns import Column, ColumnType
from belvedere.export.writers import csv_file
from belvedere.export.writers.writer import WriterOptions
from tests.unit.export.tables import COLUMNS, EMPTY_ROW, ROW, csv_lines, file_of

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "=cmd|' /C calc'!A0")
TEXT = (Column("text"),)


def cell(text: str) -> str:
    (_, (shown,)) = csv_lines(file_of("csv", [(text,)], TEXT))
    return shown


def test_what_needs_it_is_quoted_and_what_is_not_there_is_empty() -> None:
    assert csv_lines(file_of("csv", [ROW, EMPTY_ROW])) == [
        [column.name for column in COLUMNS],
        ['Ünal, "U"\r\n2', str(2**62 + 1), "-2.5", "true", "2025-01-14T10:00:00.250Z", '{"a":[1]}'],
        [""] * len(COLUMNS),
    ]


def test_lines_end_as_rfc_4180_says() -> None:
    assert file_of("csv", [("a",), ("b",)], TEXT) == b"text\r\na\r\nb\r\n"


def test_there_is_no_header_for_who_wants_none() -> None:
    assert file_of("csv", [("a",)], TEXT, WriterOptions(headers=False)) == b"a\r\n"


def test_a_byte_order_mark_comes_first_where_it_is_wanted() -> None:
    assert file_of("csv", [("é",)], TEXT, WriterOptions(bom=True)) == b"\xef\xbb\xbftext\r\n\xc3\xa9\r\n"


@pytest.mark.parametrize("formula", FORMULAS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert cell(formula).startswith("'")
    assert cell(formula).replace("'", "") == formula.replace("'", "")


@pytest.mark.parametrize("blank", ["\t", "\n", ";"])
def test_text_of_nothing_but_blanks_is_written_in_one_pass_however_long(blank: str) -> None:
    """Looking on from every blank anew would take until the test is ended."""
    text = 300_000 * blank
    assert csv_file.cell_text(f"a{text}=1") == f'"a{text}\'=1"'
    assert csv_file.cell_text(f"a{text}b") == f'"a{text}b"'


SPLIT = {
    "x;=1+1": "x;'=1+1", "x\t=1+1": "x\t'=1+1", "x; @SUM(A1)": "x; '@SUM(A1)", 'x";=1': 'x";\'=1', "x\n-1": "x\n'-1",
    "\t=1": "'\t'=1", ";=1;+2": ";'=1;'+2",
}  # fmt: skip


@pytest.mark.parametrize(("text", "harmless"), SPLIT.items())
def test_no_cell_begins_a_formula_where_a_spreadsheet_splits_at_semicolons_or_tabs(text: str, harmless: str) -> None:
    line = file_of("csv", [(text,)], TEXT, WriterOptions(headers=False))
    assert cell(text) == harmless
    assert line.startswith(b'"'), "and it is quoted"
    pieces = re.split(r"[;\t\r\n]", line.decode())
    assert not [piece for piece in pieces if piece.strip(' "').startswith(("=", "+", "-", "@"))]


def test_a_line_of_one_empty_cell_is_a_line() -> None:
    assert csv_lines(file_of("csv", [("",), (None,)], TEXT)) == [["text"], [""], [""]]


@pytest.mark.parametrize("text", ["a=1", "user-1", "1+1", "'=1", "{}", "é", "a; b", "a,-1", "a\tb", "x", "x "])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_nested_text_is_harmless_too() -> None:
    nested = (Column("rest", ColumnType.JSON),)
    assert csv_lines(file_of("csv", [("=1",), ([";=1"],)], nested))[1:] == [['"=1"'], ['[";\'=1"]']]


def test_a_negative_number_is_no_formula() -> None:
    assert csv_lines(file_of("csv", [(-1,)], (Column("n", ColumnType.NUMBER),)))[1] == ["-1"]


def test_a_header_is_no_formula_either() -> None:
    assert csv_lines(file_of("csv", [], (Column("=1"),)))[0] == ["'=1"]


@pytest.mark.parametrize("odd", ["a\nb", "=1", "x,y", " x", "x ", "\n", "", 'q"'])
def test_one_odd_text_among_many_different_ones_is_found(odd: str) -> None:
    texts = [f"event-{number}" for number in range(5)] + [odd]
    lines = file_of("csv", [(text,) for text in texts], TEXT, WriterOptions(headers=False)).decode()
    alone = file_of("csv", [(odd,)], TEXT, WriterOptions(headers=False)).decode()
    assert lines == "".join(f"event-{number}\r\n" for number in range(5)) + alone
