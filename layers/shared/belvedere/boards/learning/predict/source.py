"""The newest interactions and hints of a workspace, read from its raw events by key."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import islice

from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.predict.train import Happening
from belvedere.boards.registry import families
from belvedere.clock import DAY_MS, iso
from belvedere.ingest.event import Event, Unreadable, stored_event
from belvedere.rollups.revisions import day_family, day_partition, revisions
from belvedere.storage.keys import event_partition
from belvedere.storage.tables import Tables

MOST = 25_000  # interactions; with them all hints of the same time, as many at most
LOOK_BACK_DAYS = 3_660


def changes(mine: Tables, now: int) -> dict[str, dict[str, int]]:
    """The revision of every day that has interactions, or hints: one short row a day."""
    first, last = iso(now - LOOK_BACK_DAYS * DAY_MS)[:10], iso(now + DAY_MS)[:10]
    declared = tuple(families().values())
    return {
        kind: revisions(mine.rollups, day_partition(mine.rollups.workspace, day_family(kind, declared)), first, last)
        for kind in (INTERACTION, HINT)
    }


def fingerprint(revised: dict[str, dict[str, int]]) -> str:
    """Names a state of the data: another whenever an event was added, changed or erased."""
    listed = repr([(kind, sorted(days.items())) for kind, days in sorted(revised.items())])
    return blake2b(listed.encode(), digest_size=12).hexdigest()


def newest(mine: Tables, revised: dict[str, dict[str, int]], *, slices: int, most: int = MOST) -> list[Happening]:
    """The newest interactions of known students, at most `most`, and the hints since the first of them."""
    days = sorted(revised[INTERACTION], reverse=True)
    answers = _newest(mine, INTERACTION, days, _interaction, slices=slices, most=most)
    if not answers:
        return []
    since = iso(answers[-1].time)[:10]
    days = sorted((day for day in revised[HINT] if day >= since), reverse=True)
    hints = _newest(mine, HINT, days, _hint, slices=slices, most=most)
    return answers + [one for one in hints if one.time >= answers[-1].time]


def _newest(
    mine: Tables, kind: str, days: Sequence[str], read: Callable[[Event], Happening], *, slices: int, most: int
) -> list[Happening]:
    """The newest of one kind, the last first. A day's slices are read to their end, or to as many as are wanted."""
    found: list[Happening] = []
    for day in days:
        wanted = most - len(found)
        if wanted <= 0:
            break
        of_day = [read(one) for n in range(slices) for one in islice(_backwards(mine, kind, day, n), wanted)]
        found += sorted(of_day, reverse=True)[:wanted]
    return found


def _backwards(mine: Tables, kind: str, day: str, number: int) -> Iterator[Event]:
    """The events of a day's slice that name their user, the last first."""
    workspace = mine.events.workspace
    for page in mine.events.pages(event_partition(workspace, kind, day, number), forward=False):
        for item in page["Items"]:
            with suppress(Unreadable):
                event = stored_event(workspace, item)
                if event.user is not None:
                    yield event


def _interaction(event: Event) -> Happening:
    return _happening(event, bool(event.properties["success"]))


def _hint(event: Event) -> Happening:
    return _happening(event, None)


def _happening(event: Event, success: bool | None) -> Happening:
    return Happening(event.time, event.id, str(event.user), event.properties.get("concept"), success)
