"""The newest interactions and hints of a workspace, read from its raw events by key."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice

from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.predict.train import Happening
from belvedere.clock import DAY_MS, iso
from belvedere.ingest.event import Event
from belvedere.ingest.stored import Unreadable, stored_event
from belvedere.rollups.revisions import day_partition, revisions
from belvedere.schema.catalog import catalog
from belvedere.storage.keys.events import event_partition
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

MOST = 25_000  # interactions; with them all hints of the same time, as many at most
LOOK_BACK_DAYS = 3_660


def changes(tables: Tables, now: int) -> dict[str, dict[str, int]]:
    """The revision of every day that has interactions, or hints: one short row a day."""
    first, last = iso(now - LOOK_BACK_DAYS * DAY_MS)[:10], iso(now + DAY_MS)[:10]
    declared = tuple(catalog().rollup_tables.values())
    return {
        kind: revisions(tables.rollups, day_partition(tables.rollups.workspace, kind, declared), first, last)
        for kind in (INTERACTION, HINT)
    }


def fingerprint(revised: dict[str, dict[str, int]]) -> str:
    """Names a state of the data: another whenever an event was added, changed or erased."""
    listed = repr([(kind, sorted(days.items())) for kind, days in sorted(revised.items())])
    return blake2b(listed.encode(), digest_size=12).hexdigest()


def newest(tables: Tables, revised: dict[str, dict[str, int]], *, slices: int, most: int = MOST) -> list[Happening]:
    """The newest interactions of known students, at most `most`, and the hints since the first of them."""
    answers = _newest(tables, INTERACTION, revised[INTERACTION], slices=slices, most=most)
    if not answers:
        return []
    since = answers[-1].time
    days = [day for day in revised[HINT] if day >= iso(since)[:10]]
    hints = _newest(tables, HINT, days, slices=slices, most=most)
    return [*map(happening, answers), *(happening(hint) for hint in hints if hint.time >= since)]


def newest_events(tables: Tables, time_range: TimeRange, kind: str, *, slices: int, most: int = MOST) -> list[Event]:
    """The newest events of a kind within whole days that name their user, the last first."""
    declared = tuple(catalog().rollup_tables.values())
    first, last = iso(time_range.start)[:10], iso(time_range.end - 1)[:10]
    days = revisions(tables.rollups, day_partition(tables.rollups.workspace, kind, declared), first, last)
    return _newest(tables, kind, days, slices=slices, most=most)


def happening(event: Event) -> Happening:
    """An event as the model sees it."""
    success = bool(event.properties["success"]) if event.type == INTERACTION else None
    return Happening(event.time, event.id, str(event.user), event.properties.get("concept"), success)


def _newest(tables: Tables, kind: str, days: Iterable[str], *, slices: int, most: int) -> list[Event]:
    """The newest of one kind, the last first. A day's slices are read to their end, or to as many as are wanted."""
    newest: list[Event] = []
    for day in sorted(days, reverse=True):
        wanted = most - len(newest)
        if wanted <= 0:
            break
        of_day = [event for number in range(slices) for event in islice(_backwards(tables, kind, day, number), wanted)]
        newest += sorted(of_day, key=lambda event: (event.time, event.id), reverse=True)[:wanted]
    return newest


def _backwards(tables: Tables, kind: str, day: str, number: int) -> Iterator[Event]:
    """The events of a day's slice that name their user, the last first."""
    workspace = tables.events.workspace
    for page in tables.events.pages(event_partition(workspace, kind, day, number), forward=False):
        for item in page["Items"]:
            with suppress(Unreadable):
                event = stored_event(workspace, item)
                if event.user is not None:
                    yield event
