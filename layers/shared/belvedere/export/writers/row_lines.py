"""Rows between functions: JSON arrays, one a line, as one gzip member. Values come back as they were written."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

from belvedere.export.columns import Column, Row
from belvedere.export.writers.text_file import GZIP_WINDOW, GzipStream
from belvedere.export.writers.writer import WriterOptions, batches

GZIP_LEVEL = 1  # read once and thrown away
READ_BYTES = 1 << 18

_encode_lines = msgspec.json.Encoder().encode_lines
_decode_lines = msgspec.json.Decoder(list[Any]).decode_lines


class RowLinesWriter:
    """Writes the part of a format whose files are made of rows; it is empty without rows."""

    def __init__(self, _options: WriterOptions) -> None:
        self.rows = 0

    def open(self, out: BinaryIO, _columns: Sequence[Column], /) -> None:
        """Begin."""
        self._out = GzipStream(out, GZIP_LEVEL)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for batch in batches(rows):
            self._out.write(_encode_lines(batch))
            self.rows += len(batch)

    def close(self) -> None:
        """Complete the member."""
        self._out.finish(always=False)


def read_rows(part: BinaryIO) -> Iterator[Row]:
    """The rows of a part, read piece by piece."""
    inflate, rest = zlib.decompressobj(GZIP_WINDOW), b""
    while compressed := part.read(READ_BYTES):
        whole, newline, rest = (rest + inflate.decompress(compressed)).rpartition(b"\n")
        yield from _decode_lines(whole + newline)
