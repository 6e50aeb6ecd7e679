"""An export as one answer: JSON around the rows, and a plain refusal of what no answer could carry."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from belvedere.errors import TooLarge
from belvedere.export import inline
from belvedere.export.columns import Column, ColumnType
from belvedere.export.inline import FORMATS, InlineOptions, write_inline
from belvedere.export.sheet import Sheet
from tests.unit.export.tables import MOMENT, csv_lines, sheets

COLUMNS = (
    Column("who"), Column("many", ColumnType.NUMBER), Column("good", ColumnType.BOOLEAN),
    Column("at", ColumnType.TIMESTAMP), Column("rest", ColumnType.JSON),
)  # fmt: skip
ROWS: tuple[Mapping[str, Any], ...] = (
    {"who": 'Ünal, "U"\r\n2', "many": -2.5, "good": True, "at": MOMENT, "rest": {"a": [1]}},
    {"who": None, "many": None, "good": None, "at": None, "rest": None},
)
SHEET = Sheet(COLUMNS, ROWS)


def of_text(*texts: str) -> Sheet:
    return Sheet((Column("text"),), tuple({"text": text} for text in texts))


def options(form: str, **changed: Any) -> InlineOptions:
    base = InlineOptions(format=form, title="things", ask_for_less="ask for less", head={"a": 1}, tail=lambda: {"z": 2})
    return replace(base, **changed)


def test_json_is_one_object_around_the_rows() -> None:
    sheet = Sheet(COLUMNS, ROWS, lambda: {"truncated": False})
    around = options("json", head={"format": "json"}, tail=lambda: {"end": "now"})
    answer = orjson.loads(write_inline(sheet, around).content)
    assert list(answer) == ["format", "data", "end", "truncated"]
    assert answer["data"] == [{**ROWS[0], "at": "2025-01-14T10:00:00.250Z"}, ROWS[1]]


def test_json_without_rows_and_words_is_still_json() -> None:
    bare = options("json", head={}, tail=dict)
    assert orjson.loads(write_inline(Sheet(COLUMNS, ()), bare).content) == {"data": []}


def test_csv_and_excel_are_the_rows_alone_under_the_given_title() -> None:
    names = [column.name for column in COLUMNS]
    assert csv_lines(write_inline(SHEET, options("csv")).content)[0] == names
    assert sheets(write_inline(SHEET, options("excel")).content)["things"][0] == names


@pytest.mark.parametrize("form", ["csv", "excel"])
def test_there_are_no_headers_for_who_wants_none(form: str) -> None:
    content = write_inline(of_text("a"), options(form, headers=False)).content
    assert (csv_lines(content) if form == "csv" else sheets(content)["things"]) == [["a"]]


@pytest.mark.parametrize("form", FORMATS)
def test_rows_are_read_once_and_as_they_are_written(form: str) -> None:
    read: list[int] = []

    def rows() -> Iterator[Mapping[str, Any]]:
        for number in range(3):
            read.append(number)
            yield ROWS[0]

    write_inline(Sheet(COLUMNS, rows()), options(form))
    assert read == [0, 1, 2]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_no_answer_could_carry_is_refused_with_what_to_do(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitting = write_inline(SHEET, options(form))
    weight = len(fitting.content) * 4 // 3 if form == "excel" else len(orjson.dumps(fitting.content.decode()))
    monkeypatch.setattr(inline, "CARRIED_AT_MOST", weight - 40)
    with pytest.raises(TooLarge, match="ask for less"):
        write_inline(SHEET, options(form))


def test_reading_stops_as_soon_as_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "CARRIED_AT_MOST", 1_000)
    monkeypatch.setattr(inline, "SPOOLED_AT_MOST", 1_000)
    for form in FORMATS:
        rows = iter([{"text": "x" * 400}] * 100)
        with pytest.raises(TooLarge):
            write_inline(replace(of_text(), rows=rows), options(form))
        assert len(list(rows)) > 90


def test_quotes_weigh_what_they_take_in_lambdas_answer() -> None:
    quotes = of_text('"' * 2_000_000)  # doubled in CSV, and each escaped on its way: eight million bytes
    with pytest.raises(TooLarge):
        write_inline(quotes, options("csv"))
    assert len(write_inline(of_text("x" * 2_000_000), options("csv")).content) > 2_000_000
