"""Turns readings into batches of events, each knowing which stretch of the feed it stands for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from belvedere_cli.imports.feed import ParsedRow
from belvedere_cli.sending.event_client import Batch, encode

BATCH_ROWS = 500
BATCH_BYTES = 1 << 20
EVENT_BYTES = 256 << 10

OnProblem = Callable[[str, str], None]  # place, reason


@dataclass
class RowBatch(Batch):
    """Consecutive rows: the events they became, and what is to be counted once these are acknowledged."""

    sources: list[ParsedRow] = field(default_factory=list)  # of each event
    faulty: list[ParsedRow] = field(default_factory=list)
    size: int = 0
    rows: int = 0
    no_event: int = 0
    position: int = 0  # in the feed, after the last row

    @property
    def full(self) -> bool:
        """Whether it should travel now."""
        return self.rows >= BATCH_ROWS or self.size >= BATCH_BYTES

    def put(self, reading: ParsedRow) -> None:
        """Count a row in, with its events."""
        self.rows += 1
        self.position = reading.position
        if reading.problem:
            self.faulty.append(reading)
        elif not reading.events:
            self.no_event += 1
        for event in reading.events:
            encoded = encode(event)
            self.lines.append(encoded)
            self.sources.append(reading)
            self.size += len(encoded)


def batches(readings: Iterable[ParsedRow], *, skip: int, on_problem: OnProblem) -> Iterator[RowBatch]:
    """The rows but the first `skip`, which were acknowledged before.

    Raises what reading raises, after the rows before it: what ends a source does not undo what came before.
    """
    batch = RowBatch()
    try:
        for number, reading in enumerate(readings, start=1):
            if number > skip:
                batch.put(checked := sendable(reading))
                for text in filter(None, (checked.problem, checked.note)):
                    on_problem(checked.place, text)
            if batch.full:
                yield batch
                batch = RowBatch()
    except Exception:
        if batch.rows:
            yield batch
        raise
    if batch.rows:
        yield batch


def sendable(reading: ParsedRow) -> ParsedRow:
    """The reading, or the reason why it cannot travel: an event that is too large, or that JSON has no form for."""
    try:
        largest = max((len(encode(event)) for event in reading.events), default=0)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return reading._replace(events=(), problem=f"an event that is no JSON: {error}")
    if largest <= EVENT_BYTES:
        return reading
    problem = f"an event of {largest:,} bytes; the limit is {EVENT_BYTES:,}"
    return reading._replace(events=(), problem=problem)
