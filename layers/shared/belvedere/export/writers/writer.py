"""What every writer of a format can do, and what may be asked of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from belvedere.export.columns import Column, Row

BATCH_ROWS = 2_048  # rows in memory at once: more is not faster


@dataclass(frozen=True, kw_only=True)
class WriterOptions:
    """`headers` and `bom` are of CSV and Excel and of CSV, `gzip` of the text formats, `title` is the sheet in Excel.

    Moments are told by the clocks of `zone`, UTC without one.
    """

    headers: bool = True
    bom: bool = False
    gzip: bool = False
    zone: ZoneInfo | None = None
    title: str = "export"


DEFAULTS = WriterOptions()


class Writer(Protocol):
    """Writes one table: `open`, `write` any number of times, `close`. Blocking, and in bounded memory.

    `close` completes the file and leaves `out` open. `rows` is how many were written so far.
    """

    rows: int

    def open(self, out: BinaryIO, columns: Sequence[Column], /) -> None:
        """Begin the file."""

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows, which are read once, a batch at a time."""

    def close(self) -> None:
        """Complete the file."""


def batches(rows: Iterable[Row], size: int = BATCH_ROWS) -> Iterator[list[Row]]:
    """The rows, at most `size` at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
