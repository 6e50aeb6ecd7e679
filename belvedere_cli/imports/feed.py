"""What an import reads, whatever it is: row after row, each with its events or the reason why it has none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.mappings import Row, RowError, RowMapping
from belvedere_cli.imports.source import Record, digest_of, open_source
from belvedere_cli.sending.event_wire import WireEvent


class ParsedRow(NamedTuple):
    """One row as it was read."""

    place: str  # as people and editors find it: `log.csv:12`
    events: Sequence[WireEvent] = ()
    problem: str = ""
    note: str = ""  # what is odd about a row that is an event all the same
    position: int = 0  # how much of the feed's size is read with it
    line: int = 0
    raw: bytes = b""


@dataclass(frozen=True)
class Feed:
    """Something to import. Feeds of equal `kind` and `digest` have equal readings, so one can go on for another."""

    name: str
    kind: str
    digest: str
    size: int  # what the position ends with
    readings: Iterable[ParsedRow]
    dead_letters: Path | None = None  # where rows are put that do not become events of the stack


@contextmanager
def file_feed(path: Path, mapping: RowMapping) -> Iterator[Feed]:
    """The rows of a CSV or JSONL file by a mapping. Raises UsageError and OSError."""
    with path.open("rb") as stream:
        source = open_source(path, stream)
        if source.has_header and not mapping.recognises(source.columns):
            missing = sorted(mapping.columns - source.columns)
            raise UsageError(f"{path} lacks columns that mapping {mapping.name} needs: {missing}")
        readings = (read_row(path, record, source.position, mapping) for record in source.records)
        yield Feed(path.name, mapping.name, digest_of(path), path.stat().st_size, readings)


def read_row(path: Path, record: Record, position: int, mapping: RowMapping) -> ParsedRow:
    """What a row came to."""
    place = f"{path.name}:{record.line}"
    return reading_of(place, record, position, lambda row: _mapped(row, mapping))


def reading_of(place: str, record: Record, position: int, to_event: Callable[[Row], WireEvent | None]) -> ParsedRow:
    """What a record came to by some function of its row, which raises RowError."""
    at: dict[str, Any] = {"position": position, "line": record.line, "raw": record.raw}
    if record.row is None:
        return ParsedRow(place, problem=record.problem, **at)
    try:
        event = to_event(record.row)
    except Exception as error:  # nothing here reaches out, so whatever goes wrong, the row is why
        return ParsedRow(place, problem=problem_of(error), **at)
    return ParsedRow(place, (event,) if event else (), **at)


def problem_of(error: Exception) -> str:
    """Why a row has no event: what a mapping says, or what it did not think of."""
    return str(error) if isinstance(error, RowError) else f"cannot be read: {type(error).__name__}: {error}"


def _mapped(row: Row, mapping: RowMapping) -> WireEvent | None:
    missing = mapping.columns - row.keys()
    if missing:
        raise RowError(f"without {', '.join(sorted(missing))}")
    return mapping.to_event(row)
