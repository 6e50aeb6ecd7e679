"""Parquet: typed columns in row groups, compressed by Zstandard. A part of a file is a file of its own.

Text and JSON are strings, integers have 64 bits and a sign, numbers are doubles, moments are milliseconds that are
adjusted to UTC and carry the time zone that was asked for. pyarrow's threads are never used: a function has one or two
processors, and a process in which they were started may not end in peace (pyarrow 20 aborts on its way out).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from belvedere.export.columns import Column, ColumnType, Row, json_text
from belvedere.export.writers.writer import WriterOptions, batches

if TYPE_CHECKING:
    import pyarrow

COMPRESSION = "zstd"
GROUP_ROWS = 65_536  # rows of a group: what a writer holds, and what a reader reads at once
UTC = "UTC"


def merge(parts: Iterable[BinaryIO], out: BinaryIO, columns: Sequence[Column], options: WriterOptions) -> int:
    """One file of the parts, group by group, and its number of rows. Parts have to be seekable. Blocking."""
    writer = ParquetWriter(options)
    writer.open(out, columns)
    for part in parts:
        for group in _groups(part):
            writer.add(group)
    writer.close()
    return writer.rows


def _groups(part: BinaryIO) -> "Iterator[pyarrow.Table]":
    from pyarrow.parquet import ParquetFile

    with ParquetFile(part, pre_buffer=False) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, use_threads=False)


class ParquetWriter:
    """Writes a file, or a part of one."""

    def __init__(self, options: WriterOptions) -> None:
        self.rows = 0
        self._zone = options.zone.key if options.zone else UTC
        self._held: list[pyarrow.Table] = []
        self._held_rows = 0

    def open(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        """Begin the file."""
        from pyarrow.parquet import ParquetWriter as ArrowWriter  # here alone: few functions have the library

        self._schema = schema_of(columns, self._zone)
        self._convert = [converter(column) for column in columns]
        self._writer: ArrowWriter = ArrowWriter(out, self._schema, compression=COMPRESSION)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for batch in batches(rows):
            self.add(self._table(batch))

    def add(self, table: "pyarrow.Table") -> None:
        """Add a table of this file's columns; its rows are written with others, in groups of about one size."""
        self._held.append(table)
        self._held_rows += table.num_rows
        self.rows += table.num_rows
        if self._held_rows >= GROUP_ROWS:
            self._write_group()

    def close(self) -> None:
        """Write what is left, and the index of the file."""
        if self._held:
            self._write_group()
        self._writer.close()

    def _table(self, batch: list[Row]) -> "pyarrow.Table":
        import pyarrow

        columns = zip(self._convert, zip(*batch, strict=True), self._schema.types, strict=True)
        arrays = [pyarrow.array(convert(values), kind) for convert, values, kind in columns]
        return pyarrow.Table.from_arrays(arrays, schema=self._schema)

    def _write_group(self) -> None:
        import pyarrow

        self._writer.write_table(pyarrow.concat_tables(self._held), row_group_size=self._held_rows)
        self._held, self._held_rows = [], 0


def schema_of(columns: Sequence[Column], zone: str) -> "pyarrow.Schema":
    """The columns as Parquet has them; any may be null."""
    import pyarrow

    types = {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.INTEGER: pyarrow.int64(),
        ColumnType.NUMBER: pyarrow.float64(),
        ColumnType.BOOLEAN: pyarrow.bool_(),
        ColumnType.TIMESTAMP: pyarrow.timestamp("ms", zone),
        ColumnType.JSON: pyarrow.string(),
    }
    return pyarrow.schema([(column.name, types[column.type]) for column in columns])


def converter(column: Column) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Makes values of a column such as pyarrow takes for its type."""
    match column.type:
        case ColumnType.JSON:
            return lambda values: [None if value is None else json_text(value) for value in values]
        case ColumnType.NUMBER:
            return _as_doubles
    return lambda values: values


def _as_doubles(values: Sequence[Any]) -> Sequence[Any]:
    """The values, with whole numbers as doubles: beyond 2^53 pyarrow would refuse them."""
    if int not in set(map(type, values)):
        return values
    return [float(value) if isinstance(value, int) else value for value in values]
