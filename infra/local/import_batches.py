"""Turns the rows of a file into batches of events, each knowing which stretch of the file it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from infra.local.event_client import Batch, encode
from infra.local.import_source import Record, Source
from infra.local.mappings import RowError, RowMapping

BATCH_ROWS = 500
BATCH_BYTES = 1 << 20
EVENT_BYTES = 256 << 10

OnProblem = Callable[[int, str], None]  # file line, reason


@dataclass
class RowBatch(Batch):
    """Consecutive rows: the events they became, and what is to be counted once these are acknowledged."""

    file_lines: list[int] = field(default_factory=list)  # of each event
    size: int = 0
    rows: int = 0
    malformed: int = 0
    no_event: int = 0
    position: int = 0  # in the file, after the last row

    @property
    def full(self) -> bool:
        """Whether it should travel now."""
        return self.rows >= BATCH_ROWS or self.size >= BATCH_BYTES

    def put(self, file_line: int, event: bytes) -> None:
        """Take an event along."""
        self.lines.append(event)
        self.file_lines.append(file_line)
        self.size += len(event)


def batches(source: Source, mapping: RowMapping, *, skip: int, on_problem: OnProblem) -> Iterator[RowBatch]:
    """The rows of the file but the first `skip`, which were acknowledged before."""
    batch = RowBatch()
    for number, record in enumerate(source.records, start=1):
        if number > skip:
            _take(batch, record, mapping, on_problem)
            batch.position = source.position
        if batch.full:
            yield batch
            batch = RowBatch()
    if batch.rows:
        yield batch


def _take(batch: RowBatch, record: Record, mapping: RowMapping, on_problem: OnProblem) -> None:
    """Count a row into the batch, with its event when it is one."""
    batch.rows += 1
    try:
        event = _event_of(record, mapping)
    except RowError as error:
        batch.malformed += 1
        on_problem(record.line, str(error))
        return
    if event is None:
        batch.no_event += 1
    else:
        batch.put(record.line, event)


def _event_of(record: Record, mapping: RowMapping) -> bytes | None:
    """The encoded event of a row. Raises RowError."""
    if record.row is None:
        raise RowError(record.problem)
    missing = mapping.columns - record.row.keys()
    if missing:
        raise RowError(f"without {', '.join(sorted(missing))}")
    event = mapping.to_event(record.row)
    encoded = encode(event) if event else None
    if encoded and len(encoded) > EVENT_BYTES:
        raise RowError(f"an event of {len(encoded):,} bytes; the limit is {EVENT_BYTES:,}")
    return encoded
