"""Random rows, written and read by an independent reader, are the same rows, types and order, in parts as whole."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.writers.csv_file import harmless
from belvedere.export.writers.excel_file import EXACT, FIRST_DATE, LARGEST
from belvedere.export.writers.formats import FORMATS, framing, merge
from belvedere.export.writers.writer import BATCH_ROWS, DEFAULTS, WriterOptions
from tests.unit.export.tables import (
    COLUMNS,
    EPOCH,
    MOMENT,
    READERS,
    csv_lines,
    file_of,
    inflated,
    iso_text,
    parquet_rows,
    part_of,
    rows_of_every_type,
    sheets,
)

HEADER = [column.name for column in COLUMNS]
MANY = 100_001
GZIP = WriterOptions(gzip=True)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_json(column: Column, value: Any) -> Any:
    return iso_text(value) if column.type is ColumnType.TIMESTAMP and value is not None else value


def as_csv(column: Column, value: Any) -> str:
    """A value as the module's documentation says it; nested data is compared when it was read again."""
    if value is None:
        return ""
    match column.type:
        case ColumnType.TEXT:
            return harmless(value)
        case ColumnType.BOOLEAN:
            return json.dumps(value)
        case ColumnType.TIMESTAMP:
            return iso_text(value)
    return str(value)


def as_excel(column: Column, value: Any) -> Any:
    match column.type:
        case ColumnType.TIMESTAMP if value is not None:
            date = (EPOCH + timedelta(milliseconds=value)).replace(tzinfo=None)
            return date if date >= FIRST_DATE else iso_text(value)
        case ColumnType.INTEGER | ColumnType.NUMBER if value is not None:
            return str(value) if abs(value) > (EXACT if isinstance(value, int) else LARGEST) else value
    return value


def as_parquet(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case ColumnType.TIMESTAMP:
            return EPOCH + timedelta(milliseconds=value)
        case ColumnType.NUMBER:
            return float(value)
        case ColumnType.JSON:
            return compact(value)
    return value


def joined(name: str, parts: Sequence[Sequence[Row]], options: WriterOptions = DEFAULTS) -> bytes:
    """A file made of parts, as the assembling of a job makes it."""
    written = [part_of(name, rows, COLUMNS, options) for rows in parts]
    frame = framing(name, COLUMNS, options)
    if frame is not None:
        return frame.head + frame.separator.join(filter(None, written)) + frame.tail
    out = io.BytesIO()
    assert merge(name, map(io.BytesIO, written), out, COLUMNS, options) == sum(map(len, parts))
    return out.getvalue()


@pytest.mark.parametrize("name", READERS)
@given(rows=rows_of_every_type)
def test_json_has_every_value_as_it_was(name: str, rows: list[Row]) -> None:
    read = READERS[name](file_of(name, rows))
    assert [list(row) for row in read] == [HEADER] * len(rows)
    wanted = [[as_json(*pair) for pair in zip(COLUMNS, row, strict=True)] for row in rows]
    assert [list(row.values()) for row in read] == wanted
    assert [list(map(type, row.values())) for row in read] == [list(map(type, row)) for row in wanted]


@given(rows=rows_of_every_type)
def test_csv_has_every_value_as_documented(rows: list[Row]) -> None:
    header, *lines = csv_lines(file_of("csv", rows))
    assert header == HEADER
    flat = len(COLUMNS) - 1  # the last column is nested
    wanted = [[as_csv(*pair) for pair in zip(COLUMNS, row, strict=True)] for row in rows]
    assert [line[:flat] for line in lines] == [row[:flat] for row in wanted]
    for line, row in zip(lines, rows, strict=True):
        nested = row[flat]
        assert line[flat] == ("" if nested is None else harmless(compact(nested))) or json.loads(line[flat]) == nested


@given(rows=rows_of_every_type)
def test_parquet_has_every_value_typed(rows: list[Row]) -> None:
    wanted = [tuple(as_parquet(*pair) for pair in zip(COLUMNS, row, strict=True)) for row in rows]
    read = parquet_rows(file_of("parquet", rows))
    assert [row[:-1] for row in read] == [row[:-1] for row in wanted]
    assert [list(map(type, row)) for row in read] == [list(map(type, row)) for row in wanted]
    assert [row[-1] and json.loads(row[-1]) for row in read] == [row[-1] and json.loads(row[-1]) for row in wanted]


@settings(max_examples=25)
@given(rows=rows_of_every_type)
def test_excel_has_every_value_typed(rows: list[Row]) -> None:
    header, *lines = sheets(file_of("excel", rows))["export"]
    assert header == HEADER
    flat = len(COLUMNS) - 1
    wanted = [[as_excel(*pair) for pair in zip(COLUMNS, row, strict=True)] for row in rows]
    lines += [[None] * len(COLUMNS)] * (len(rows) - len(lines))  # rows of nothing are no rows at the end of a sheet
    for line, row in zip(lines, wanted, strict=True):
        number = HEADER.index("a number")
        assert line[number] == row[number] or line[number] == pytest.approx(row[number], rel=1e-15)
        assert [*line[:number], *line[number + 1 : flat]] == [*row[:number], *row[number + 1 : flat]]


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.framing])
@given(parts=st.lists(rows_of_every_type, max_size=4))
def test_text_parts_put_one_behind_the_other_are_the_whole(name: str, parts: list[list[Row]]) -> None:
    rows = [row for part in parts for row in part]
    assert joined(name, parts) == file_of(name, rows)
    assert inflated(joined(name, parts, GZIP)) == inflated(file_of(name, rows, COLUMNS, GZIP)) == file_of(name, rows)


@settings(max_examples=15)
@given(parts=st.lists(rows_of_every_type, max_size=4))
def test_excel_parts_merged_are_the_whole(parts: list[list[Row]]) -> None:
    assert sheets(joined("excel", parts)) == sheets(file_of("excel", [row for part in parts for row in part]))


@given(parts=st.lists(rows_of_every_type, max_size=4))
def test_parquet_parts_merged_are_the_whole(parts: list[list[Row]]) -> None:
    rows = [row for part in parts for row in part]
    assert parquet_rows(joined("parquet", parts)) == parquet_rows(file_of("parquet", rows))


def test_a_file_without_rows_is_a_file_with_its_header() -> None:
    assert csv_lines(file_of("csv", [])) == [HEADER]
    assert READERS["json"](file_of("json", [])) == READERS["json"](joined("json", [[], []])) == []
    assert file_of("ndjson", []) == b""
    assert inflated(file_of("ndjson", [], COLUMNS, GZIP)) == b""
    assert sheets(file_of("excel", [])) == {"export": [HEADER]}
    assert parquet_rows(file_of("parquet", [])) == parquet_rows(joined("parquet", [[], []])) == []


def test_moments_are_by_the_clocks_of_the_zone_in_text() -> None:
    at, berlin = (Column("at", ColumnType.TIMESTAMP),), WriterOptions(zone=ZoneInfo("Europe/Berlin"))
    assert csv_lines(file_of("csv", [(MOMENT,)], at, berlin))[1] == ["2025-01-14T11:00:00.250+01:00"]
    assert READERS["json"](file_of("json", [(MOMENT,)], at, berlin)) == [{"at": "2025-01-14T11:00:00.250+01:00"}]


def test_a_name_may_hold_whatever_json_may() -> None:
    odd = (Column('a "quoted" \\ name'), Column("b"))
    assert READERS["ndjson"](file_of("ndjson", [("x", "y")], odd)) == [{odd[0].name: "x", "b": "y"}]


@pytest.mark.parametrize("name", FORMATS)
def test_rows_are_read_once_and_no_more_than_a_batch_ahead(name: str) -> None:
    ahead: list[int] = []
    out = io.BytesIO()
    writer = FORMATS[name].part_writer(DEFAULTS)

    def rows() -> Iterator[Row]:
        for number in range(2 * BATCH_ROWS):
            ahead.append(number - writer.rows)
            yield (None,) * len(COLUMNS)

    writer.open(out, COLUMNS)
    writer.write(rows())
    writer.close()
    assert writer.rows == len(ahead) == 2 * BATCH_ROWS
    assert max(ahead) < BATCH_ROWS


@pytest.mark.one_hour
@pytest.mark.parametrize("name", FORMATS)
def test_a_hundred_thousand_rows_and_one_are_all_there_in_order(name: str) -> None:
    columns = (Column("n", ColumnType.INTEGER), Column("text"))
    content = file_of(name, ((number, f"é{number % 97}") for number in range(MANY)), columns)
    assert numbers_in(name, content) == list(range(MANY))


def numbers_in(name: str, content: bytes) -> list[int]:
    if name in READERS:
        return [row["n"] for row in READERS[name](content)]
    if name == "csv":
        return [int(line[0]) for line in csv_lines(content)[1:]]
    if name == "parquet":
        return [row[0] for row in parquet_rows(content)]
    return [row[0] for row in sheets(content)["export"][1:]]
