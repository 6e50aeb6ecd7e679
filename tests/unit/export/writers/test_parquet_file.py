"""Parquet: the schema that readers see, and row groups of about one size whatever the parts are."""

import io
from zoneinfo import ZoneInfo

import pytest
from pyarrow.parquet import ParquetFile

from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.writers import parquet_file
from belvedere.export.writers.formats import merge
from belvedere.export.writers.writer import WriterOptions
from tests.unit.export.tables import COLUMNS, MOMENT, file_of, parquet_rows, part_of

NUMBER = (Column("n", ColumnType.INTEGER),)


def opened(content: bytes) -> ParquetFile:
    return ParquetFile(io.BytesIO(content), pre_buffer=False)


def group_sizes(content: bytes) -> list[int]:
    file = opened(content)
    return [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]


def test_columns_are_typed() -> None:
    schema = opened(file_of("parquet", [])).schema_arrow
    assert {field.name: str(field.type) for field in schema} == {
        "a text": "string", "a integer": "int64", "a number": "double", "a boolean": "bool",
        "a timestamp": "timestamp[ms, tz=UTC]", "a json": "string",
    }  # fmt: skip
    assert [field.name for field in schema] == [column.name for column in COLUMNS]


def test_moments_carry_the_zone_that_was_asked_for_and_are_the_same_moments() -> None:
    at = (Column("at", ColumnType.TIMESTAMP),)
    content = file_of("parquet", [(MOMENT,)], at, WriterOptions(zone=ZoneInfo("Europe/Berlin")))
    assert str(opened(content).schema_arrow.field("at").type) == "timestamp[ms, tz=Europe/Berlin]"
    ((moment,),) = parquet_rows(content)
    assert moment.timestamp() * 1_000 == MOMENT


def test_columns_are_compressed_by_zstandard() -> None:
    assert opened(file_of("parquet", [(1,)], NUMBER)).metadata.row_group(0).column(0).compression == "ZSTD"


def test_rows_are_in_groups_and_small_parts_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "GROUP_ROWS", 10)
    parts: list[list[Row]] = [[(number,)] * 4 for number in range(7)]
    out = io.BytesIO()
    assert merge("parquet", (io.BytesIO(part_of("parquet", rows, NUMBER)) for rows in parts), out, NUMBER) == 28
    assert group_sizes(out.getvalue()) == [12, 12, 4]
    assert [number for (number,) in parquet_rows(out.getvalue())] == [number for rows in parts for (number,) in rows]


def test_a_whole_number_in_a_column_of_doubles_is_one_however_large() -> None:
    column = (Column("x", ColumnType.NUMBER),)
    assert parquet_rows(file_of("parquet", [(2**60,), (None,), (0.5,)], column)) == [(float(2**60),), (None,), (0.5,)]
