"""Random tables of every type of column, written by a writer and read back by somebody else's reader."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from pyarrow.parquet import ParquetFile

from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.writers.formats import part_writer_for, writer_for
from belvedere.export.writers.writer import DEFAULTS, WriterOptions

MOMENT = 1_736_848_800_250  # 2025-01-14T10:00:00.250Z
COLUMNS = tuple(Column(f"a {kind.value}", kind) for kind in ColumnType)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", "=1+1", '"', "a,b", "x\r\ny", " padded ", "Ünal", "日本", "\U0001f600", "'", "null", "-1", "a;=1"]
)
integers = st.integers(-(2**63), 2**63 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)
moments = st.integers(0, 253_402_300_799_999)
nested = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    ColumnType.TEXT: texts, ColumnType.INTEGER: integers, ColumnType.NUMBER: numbers,
    ColumnType.BOOLEAN: st.booleans(), ColumnType.TIMESTAMP: moments, ColumnType.JSON: nested,
}  # fmt: skip
rows_of_every_type = st.lists(st.tuples(*(st.none() | VALUES[column.type] for column in COLUMNS)), max_size=12)

ROW: Row = ('Ünal, "U"\r\n2', 2**62 + 1, -2.5, True, MOMENT, {"a": [1]})
EMPTY_ROW: Row = (None,) * len(COLUMNS)


def file_of(
    name: str, rows: Iterable[Row], columns: Sequence[Column] = COLUMNS, options: WriterOptions = DEFAULTS
) -> bytes:
    """A whole file."""
    return _written(writer_for(name, options), rows, columns)


def part_of(
    name: str, rows: Iterable[Row], columns: Sequence[Column] = COLUMNS, options: WriterOptions = DEFAULTS
) -> bytes:
    """One part of a file."""
    return _written(part_writer_for(name, options), rows, columns)


def _written(writer: Any, rows: Iterable[Row], columns: Sequence[Column]) -> bytes:
    out = io.BytesIO()
    writer.open(out, columns)
    writer.write(rows)
    writer.close()
    return out.getvalue()


def iso_text(ms: int) -> str:
    """A moment as text files have it, worked out another way than the writers do."""
    whole, fraction = divmod(ms, 1_000)
    text = (EPOCH + timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return text + (f".{fraction:03}Z" if fraction else "Z")


def csv_lines(content: bytes) -> list[list[str]]:
    """What Python's reader makes of CSV."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet of a workbook; its row of headers is the first."""
    book = load_workbook(io.BytesIO(content), read_only=False)
    return {page.title: [[_plain(cell.value) for cell in row] for row in page.iter_rows()] for page in book.worksheets}


def _plain(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else value


def json_rows(content: bytes) -> list[dict[str, Any]]:
    """The objects of an array."""
    read = json.loads(content)
    assert isinstance(read, list)
    return read


def ndjson_rows(content: bytes) -> list[dict[str, Any]]:
    """The objects of lines."""
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]


def parquet_rows(content: bytes) -> list[tuple[Any, ...]]:
    """The values of a Parquet file, moments as datetimes; read without pyarrow's threads."""
    file = ParquetFile(io.BytesIO(content), pre_buffer=False)
    return list(zip(*file.read(use_threads=False).to_pydict().values(), strict=True))


READERS: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {"json": json_rows, "ndjson": ndjson_rows}


def inflated(content: bytes) -> bytes:
    """What was compressed, by the standard library's reader."""
    return gzip.decompress(content)
