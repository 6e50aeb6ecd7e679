"""The writer of every text format: a head, batches of rows with a separator between them, and a tail.

A part of a file is the same without head and tail, so a file is its parts put one behind the other. Compressed, each
piece is a gzip member of its own, and members put one behind the other are gzip again (RFC 1952, 2.2).
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from belvedere.export.columns import Column, Row
from belvedere.export.writers.writer import WriterOptions, batches

GZIP_LEVEL = 6
GZIP_WINDOW = 31  # zlib's code for its largest window in gzip's wrapping

Encode = Callable[[list[Row]], bytes]


@dataclass(frozen=True)
class Framing:
    """What stands before, between and behind the parts of a file that have rows."""

    head: bytes = b""
    separator: bytes = b""
    tail: bytes = b""

    def compressed(self) -> "Framing":
        """The same as gzip members."""
        return Framing(*map(gzip_member, (self.head, self.separator, self.tail)))


class TextFormat(Protocol):
    """What a module of a text format has."""

    def framing(self, columns: Sequence[Column], options: WriterOptions, /) -> Framing:
        """What surrounds the rows."""

    def encoder(self, columns: Sequence[Column], options: WriterOptions, /) -> Encode:
        """Writes batches of at least one row."""


class TextWriter:
    """Writes a file of a text format, or, with `framed` False, a part of one, which is empty without rows."""

    def __init__(self, form: TextFormat, options: WriterOptions, *, framed: bool = True) -> None:
        self.rows = 0
        self._form, self._options, self._framed = form, options, framed

    def open(self, out: BinaryIO, columns: Sequence[Column]) -> None:
        """Begin with the head."""
        self._out: BinaryIO | GzipStream = GzipStream(out) if self._options.gzip else out
        self._framing = self._form.framing(columns, self._options)
        self._encode = self._form.encoder(columns, self._options)
        if self._framed:
            self._out.write(self._framing.head)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for batch in batches(rows):
            encoded = self._encode(batch)
            self._out.write(self._framing.separator + encoded if self.rows else encoded)
            self.rows += len(batch)

    def close(self) -> None:
        """End with the tail."""
        if self._framed:
            self._out.write(self._framing.tail)
        if isinstance(self._out, GzipStream):
            self._out.finish(always=self._framed)


class GzipStream:
    """Compresses what is written to `out` into one gzip member, which says no time, so equal content is equal bytes."""

    def __init__(self, out: BinaryIO, level: int = GZIP_LEVEL) -> None:
        self._out = out
        self._compress = zlib.compressobj(level, zlib.DEFLATED, GZIP_WINDOW)
        self._used = False

    def write(self, content: bytes) -> None:
        """Compress some more."""
        self._used = self._used or bool(content)
        self._out.write(self._compress.compress(content))

    def finish(self, *, always: bool = True) -> None:
        """Complete the member; without content only if `always`."""
        if self._used or always:
            self._out.write(self._compress.flush())


def gzip_member(content: bytes) -> bytes:
    """Content as one gzip member; nothing stays nothing."""
    compress = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return compress.compress(content) + compress.flush() if content else b""
