"""The lines of an import file, and the CSV rows made of them.

Rows and lines are not the same: a quoted cell may hold line ends. And a quote that is never closed must cost its own
line only, not all the lines that it would swallow, so lines can be taken back.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BYTE_ORDER_MARK = "\ufeff"


class Lines:
    """Lines as text, with their number and place in the file, that can be taken back as far as the last mark."""

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0
        self.position = 0
        self._stream = stream
        self._returned: deque[bytes] = deque()
        self._since_mark: list[bytes] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._stream)
        self._since_mark.append(line)
        self.number += 1
        self.position += len(line)
        text = line.decode("utf-8", "surrogateescape")  # whoever needs clean text finds what is not
        return text.removeprefix(BYTE_ORDER_MARK) if self.number == 1 else text

    def mark(self) -> None:
        """Remember this place, the beginning of a row."""
        self._since_mark.clear()

    def keep_one(self) -> None:
        """Take back all lines since the mark but the first."""
        taken_back = self._since_mark[1:]
        self._returned.extendleft(reversed(taken_back))
        self.number -= len(taken_back)
        self.position -= sum(map(len, taken_back))
        self._since_mark.clear()


class CsvRow(NamedTuple):
    """The cells of one row and the line it begins on, or the reason why it has none."""

    line: int
    cells: list[str]
    problem: str = ""


def csv_row(lines: Lines, width: int | None = None) -> CsvRow | None:
    """The next row, which must be `width` cells wide; None at the end of the file."""
    lines.mark()
    begins = lines.number + 1
    try:
        cells = next(csv.reader(lines, strict=True))
        problem = _problem(cells, width)
    except StopIteration:
        return None
    except csv.Error as error:
        cells, problem = [], f"not CSV: {error}"
    if problem:
        lines.keep_one()
    return CsvRow(begins, cells, problem)


def _problem(cells: list[str], width: int | None) -> str:
    """Why these cells are no row of the file; empty when they are."""
    if cells and width is not None and len(cells) != width:
        return f"{len(cells)} cells where the header has {width}"
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return "not UTF-8 text"
    return ""
