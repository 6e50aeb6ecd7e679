"""A log of traces, in any form that `traces` reads, as sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from msgspec import structs

from belvedere.clock import iso
from belvedere_cli.imports.dead_letters import place_of
from belvedere_cli.imports.feed import Feed, ParsedRow, reading_of
from belvedere_cli.imports.mappings import Row
from belvedere_cli.imports.repo import slug
from belvedere_cli.imports.session import feed_sender
from belvedere_cli.imports.source import digest_of
from belvedere_cli.imports.traces.documents import traces_of
from belvedere_cli.imports.traces.session import latency_of, session_of
from belvedere_cli.imports.traces.tree import MAY_HAVE_A_PARENT, mark, rolled_up
from belvedere_cli.imports.traces.values import moment_ms
from belvedere_cli.imports.traces.view import AUTO, view_of
from belvedere_cli.sending.event_wire import WireEvent

LITELLM = "litellm"
COLUMNS = (
    frozenset({"timestamp", "usage"}),
    frozenset({"litellm_call_id", "startTime"}),
    frozenset({"call_type", "startTime"}),
    frozenset({"request_id", "startTime"}),
    frozenset({"span_kind", "start_time"}),
    frozenset({"context", "start_time"}),
    frozenset({"context.span_id", "start_time"}),
    frozenset({"traceId", "startTime"}),
    frozenset({"trace_id", "start_time"}),
    frozenset({"resourceSpans"}),
)
SAME_CALL_MS = 1_000  # two records of one call that began so near to each other are two tellings of it


@contextmanager
def feed(
    source: str, *, format: str | None = None, repo: str | None = None, dead_letter_dir: Path | None = None
) -> Iterator[Feed]:
    """The traces of a file. Raises UsageError and OSError."""
    path, default_repo, form = Path(source), slug(repo), format or AUTO
    digest = sha256(f"{digest_of(path)} {form} {default_repo}".encode()).hexdigest()
    with path.open("rb") as stream:
        readings = _readings(path, stream, form, default_repo)
        dead_letters = place_of(path, dead_letter_dir)
        yield Feed(path.name, LITELLM, digest, path.stat().st_size, readings, dead_letters)


send = feed_sender(feed)


def _readings(path: Path, stream: BinaryIO, form: str, default_repo: str | None) -> Iterator[ParsedRow]:
    """Each trace; the file is read twice, as a span may stand before those inside it or behind them."""
    records = (trace.record for trace in traces_of(path, stream))
    related = (record.row for record in records if record.row is not None and MAY_HAVE_A_PARENT in record.raw)
    sessions = Sessions(form, default_repo, rolled_up(related, form))
    stream.seek(0)
    for place, record, position in traces_of(path, stream):
        reading = reading_of(place, record, position, sessions.event_of)
        note = sessions.doubt_of(record.row) if reading.events and record.row is not None else ""
        yield reading._replace(note=note)


class Call(NamedTuple):
    """What tells a call of a model from another of the same id: when it began, epoch milliseconds, and its tokens."""

    began: int
    tokens: tuple[int, int]


@dataclass
class Sessions:
    """The sessions of one file: what only adds up others is none, and a call that is told twice is one."""

    form: str
    default_repo: str | None
    rolled_up: frozenset[int]
    calls: dict[int, Call] = field(default_factory=dict)  # by id and status

    def event_of(self, row: Row) -> WireEvent | None:
        """The event of a trace. Raises RowError."""
        view = view_of(row, self.form)
        if self.rolled_up and mark(view) in self.rolled_up:
            return None
        event = session_of(view, self.default_repo)
        return self._once(event) if event is not None and event.id.startswith(f"{LITELLM}-") else event

    def doubt_of(self, row: Row) -> str:
        """What is odd about a trace that is a session all the same."""
        return latency_of(view_of(row, self.form)).doubt

    def _once(self, event: WireEvent) -> WireEvent | None:
        """None of a call that was told before, a moment apart; where it says something else, at the same time.

        Time is part of what an event is, so the stack then takes it for the same call, and tells the conflict. An
        attempt that failed and the next one may have one id between them; they are two.
        """
        properties = event.properties
        call = Call(moment_ms(event.time), (properties["tokens_in"], properties["tokens_out"]))
        first = self.calls.setdefault(hash((event.id, properties.get("status_code"))), call)
        if first.began == call.began:
            return event
        if abs(call.began - first.began) > SAME_CALL_MS:
            self.calls[hash((event.id, properties.get("status_code")))] = call
            return event
        return None if first.tokens == call.tokens else structs.replace(event, time=iso(first.began))
