"""sessions: what a page of 100,000 raw events costs, first, 500th and last, in every order."""

from collections.abc import Iterable, Sequence
from functools import partial
from statistics import median

from belvedere.boards.registry import CATALOG
from belvedere.ingest.event import Event
from belvedere.ingest.stored import enriched, to_items
from belvedere.query.listing.lister import Lister, ListQuestion
from belvedere.query.listing.rows import Filters
from belvedere.rollups.changes import stored
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.storage.meter import metered
from bench import sessions_data as data
from bench.options import Options
from bench.report import Section, Table, number
from bench.stores import LOCAL, Store, stores
from bench.timing import interleaved

TITLE = "a page of raw events, wherever it is"
SIZE, NUMBER, QUICK_NUMBER, FAR = 20, 100_000, 20_000, 500
ALIKE = 10.0  # "the same order"
WORKSPACE, RECEIVED, RETENTION_DAYS = "bench", data.START + data.DAYS * 86_400_000, 90
LISTS = {
    "by time": ListQuestion(event_type=data.TYPE),
    "by cost": ListQuestion(event_type=data.TYPE, order="cost_usd"),
    "by tokens": ListQuestion(event_type=data.TYPE, order="total_tokens"),
    "by time, one model": ListQuestion(event_type=data.TYPE, filters=Filters({"model": data.MODELS[0]}, {})),
    "by cost, one model": ListQuestion(
        event_type=data.TYPE, filters=Filters({"model": data.MODELS[0]}, {}), order="cost_usd"
    ),
    "by time, one developer": ListQuestion(event_type=data.TYPE, filters=Filters({"user": data.DEVELOPERS[0]}, {})),
}


def run(options: Options) -> Section:
    """Store the sessions, count them as the fold would, then ask for pages in turns."""
    section = Section("sessions", TITLE)
    sessions = data.sessions(QUICK_NUMBER if options.quick else NUMBER)
    with stores() as tables:
        for store in tables:
            fill(store, sessions)
            _measure(section, store, options)
    section.notes += NOTES
    return section


NOTES = [
    f"Pages of {SIZE}; the last one holds the last {SIZE}. What is passed over in a bin is at most half of it.",
    "Units are DynamoDB Local's; the embedded emulator calls every query half a unit. The API around it is in `warm`.",
    "Sessions and counts were written without streaming; the counts are the fold's own contributions.",
]


def fill(store: Store, sessions: Sequence[data.EventContent]) -> None:
    """The raw events with their indexes, and the rows that count them."""
    own_tables = store.tables(WORKSPACE)
    own_tables.events.put_all(
        to_items(sessions, workspace=WORKSPACE, received=RECEIVED, slices=1, retention_days=RETENTION_DAYS)
    )
    own_tables.rollups.put_all(counted(sessions))


def counted(sessions: Iterable[data.EventContent]) -> list[dict[str, str | int | bool | bytes]]:
    """The rows of the families that count what is stored."""
    deltas, rollup_tables = Deltas(), stored(CATALOG.rollup_tables_of(data.TYPE))
    for content in map(enriched, sessions):
        event = Event(id=content.id, type=content.type, time=content.time, workspace=WORKSPACE, user=content.user,
                      properties=content.properties, received=RECEIVED)  # fmt: skip
        deltas.merge(contribution(event, rollup_tables))
    return [{"pk": key.pk, "sk": key.sk, "rev": 1} | dict(counts) for key, counts in deltas.counters.items()]


def _measure(section: Section, store: Store, options: Options) -> None:
    lister = Lister(store.tables(WORKSPACE), slices=1)
    rows, growth = [], []
    for name, query in LISTS.items():
        total = lister.page(query).total
        offsets = {"first": 0, "500th": (FAR - 1) * SIZE, "last": max(0, total - SIZE)}
        pages = {
            which: ListQuestion(**{**vars(query), "offset": offset, "limit": SIZE})
            for which, offset in offsets.items() if offset < total
        }  # fmt: skip
        spent = interleaved({which: partial(lister.page, page) for which, page in pages.items()}, options.rounds(9))
        units = {which: _units(lister, page) for which, page in pages.items()}
        row = {which: f"{number(units[which])} / {number(median(spent[which]))}" for which in pages}
        rows.append([name, f"{total:,}", *(row.get(which, "") for which in offsets)])
        growth.append(max(units.values()) / units["first"])
    headers = ["list", "sessions", *(f"{which} page: units / ms" for which in ("first", "500th", "last"))]
    section.tables.append(Table(f"read units and median ms of a page, {store.name}", headers, rows))
    if store.name == LOCAL:
        section.at_most("the dearest page of a list over its first, read units", max(growth), ALIKE, "x")


def _units(lister: Lister, query: ListQuestion) -> float:
    with metered() as meter:
        lister.page(query)
    return meter.read_units
