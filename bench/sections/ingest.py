"""ingest: decoding and checking against pydantic, and whole requests into the tables by batch size."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from statistics import median

import orjson

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import iso_ms
from belvedere.ingest.batch import at_once
from belvedere.ingest.body import batch_of
from belvedere.ingest.event import EventContent, canonical
from belvedere.ingest.insert import Insert
from belvedere.ingest.receive import receive
from belvedere.storage.meter import metered
from bench import data
from bench.options import Options
from bench.report import Section, Table, number
from bench.stores import Store, stores
from bench.timing import interleaved, medians, milliseconds

TITLE = "from a request's body to stored events"
BATCH = 500
CALLS = {1: 30, 10: 15, 100: 5, 500: 3}  # requests timed, by events in each
TIMES_PYDANTIC = 3.0
JSON = {"content-type": "application/json"}


def run(options: Options) -> Section:
    """Pure checking first, then the same with tables."""
    section = Section("ingest", TITLE)
    _checking(section, options)
    with stores() as tables:
        rows = [row for store in tables for row in _received(store, options)]
    headers = ["tables", "events a request", "ms a request", "events/s", "write units an event", "read units an event"]
    section.tables.append(Table("POST /v1/events without its HTTP layer, new events", headers, rows))
    section.notes.append("The embedded emulator reports no read units for a BatchGetItem.")
    return section


def _checking(section: Section, options: Options) -> None:
    from bench import pydantic_events as peer

    text = body(data.rows_of_day(30 * BATCH, 0)[:BATCH], "a")
    own_events = [(event.id, event.time) for event in ours(text)]
    assert own_events == [(event.id, round(event.time.timestamp() * 1000)) for event in peer.checked(text)]
    calls = {
        "ours": lambda: ours(text),
        "canonical": lambda: canonical(ours(text)),
        "pydantic": lambda: peer.checked(text),
    }
    times = medians(interleaved(calls, options.rounds(60)))
    faster = times["pydantic"] / times["canonical"]
    section.at_least(
        "decode, check and canonicalise: times faster than pydantic Model(**)", faster, TIMES_PYDANTIC, "x"
    )
    section.told(
        "the same without the canonical form, which pydantic does not make", times["pydantic"] / times["ours"], "x"
    )
    for name, label in (("canonical", "ours"), ("pydantic", "pydantic, json.loads + Model(**)")):
        section.told(f"events/s checked, {label}", BATCH / times[name] * 1000)
    section.told("bytes an event", len(text) / BATCH)


def ours(text: bytes) -> Sequence[EventContent]:
    """Decode and check as the endpoint does where every event is good."""
    events = at_once(batch_of(text, JSON), "bench", data.LATE)
    assert events is not None
    return events


def body(rows: list[data.Row], prefix: str) -> bytes:
    """A request's body: a JSON array of events with ISO times."""
    events = (data.event(row, f"{prefix}-{number}", "bench") for number, row in enumerate(rows))
    return orjson.dumps(
        [
            {
                "id": event.id,
                "type": event.type,
                "time": iso_ms(event.time),
                "user": event.user,
                "properties": event.properties,
            }
            for event in events
        ]
    )


def _received(store: Store, options: Options) -> Iterator[list[str]]:
    own_tables = store.tables("bench")
    insert = Insert(own_tables.events, slices=1, retention_days=90)
    names, rows = count(), data.rows_of_day(30 * BATCH, 1)[:BATCH]
    for size, calls in CALLS.items():
        bodies = [body(rows[:size], f"n{next(names)}") for _ in range(options.rounds(calls))]

        def request(text: bytes) -> None:
            counted = receive(batch_of(text, JSON), insert, own_tables.state, data.LATE)
            assert counted["accepted"] == len(counted["results"])

        with metered() as meter:
            taken = median([milliseconds(partial(request, text)) for text in bodies])
        events = size * len(bodies)
        units = [f"{meter.write_units / events:.2f}", f"{meter.read_units / events:.2f}"]
        yield [store.name, str(size), number(taken), number(size / taken * 1000), *units]
