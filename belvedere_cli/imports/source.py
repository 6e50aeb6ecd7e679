"""Reads the rows of a CSV or JSONL file one at a time, each with the line it begins on.

Memory does not grow with the file. A row that cannot be read is handed on as a reason, and reading goes on after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.lines import Lines, csv_row
from belvedere_cli.imports.mappings import Row

JSON_SUFFIXES = frozenset({".jsonl", ".ndjson"})


class Record(NamedTuple):
    """One row of the file, or the reason why it is none."""

    line: int
    row: Row | None
    problem: str = ""
    raw: bytes = b""


@dataclass(frozen=True)
class ImportSource:
    """An open import file: the columns of its header (JSONL: of its first row), and its rows in order."""

    columns: frozenset[str]
    has_header: bool
    records: Iterator[Record]
    lines: Lines

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self.lines.position


def digest_of(path: Path) -> str:
    """What the file is, whatever it is called."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def first_columns(path: Path) -> frozenset[str]:
    """The columns of a file's header (JSONL: of its first row). Raises UsageError and OSError."""
    with path.open("rb") as stream:
        return open_source(path, stream).columns


def open_source(path: Path, stream: BinaryIO) -> ImportSource:
    """Begin to read a file. Raises UsageError when it has no header."""
    lines = Lines(stream)
    if path.suffix.lower() in JSON_SUFFIXES:
        records = _json_records(lines)
        first = list(islice(records, 1))
        columns = frozenset(first[0].row or ()) if first else frozenset()
        return ImportSource(columns, has_header=False, records=chain(first, records), lines=lines)
    header = csv_row(lines)
    if header is None or header.problem or not header.cells:
        raise UsageError(f"{path} has no header: {header.problem if header else 'it is empty'}")
    records = _csv_records(lines, header.cells)
    return ImportSource(frozenset(header.cells), has_header=True, records=records, lines=lines)


def _csv_records(lines: Lines, header: list[str]) -> Iterator[Record]:
    """The rows under the header; blank lines are none."""
    while (read := csv_row(lines, len(header))) is not None:
        if read.problem:
            yield Record(read.line, None, read.problem)
        elif read.cells:
            yield Record(read.line, dict(zip(header, read.cells, strict=True)))


def _json_records(lines: Lines) -> Iterator[Record]:
    """The objects of a JSONL file; blank lines are none."""
    for line in lines:
        lines.mark()
        if line.strip():
            yield _json_record(lines.number, line.encode("utf-8", "surrogateescape"))


def _json_record(number: int, line: bytes) -> Record:
    """One line of JSON, which must be an object."""
    try:
        return Record(number, msgspec.json.decode(line, type=dict[str, Any]))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Record(number, None, f"not a JSON object: {error}")
