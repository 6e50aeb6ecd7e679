"""GET /grafana/v1/annotations: notes (deployments, incidents) in a range, as Grafana draws them on panels."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Any

from belvedere.boards.annotations import NOTE
from belvedere.clock import DAY_MS, iso, now_ms
from belvedere.endpoints.grafana import ANNOTATIONS
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.ingest.event import Event
from belvedere.query.planner.variables import listed
from belvedere.query.reader.days import days_with_events
from belvedere.query.reader.flat import when
from belvedere.rollups.rawlog import events_between
from belvedere.schema.rollup_tables import Grain
from belvedere.settings import settings
from belvedere.storage.parallel import PARALLEL, side_by_side
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_start
from belvedere.time_ranges import TimeRange, resolve

endpoint = Endpoint.of(ANNOTATIONS)
MOST = 1_000
MOST_DAYS = 400


@endpoint.get()
async def annotations(
    caller: CallerDep,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
    tags: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Up to 1,000 notes that have one of the tags (or any), in order of time."""
    time_range = resolve(
        None, when(start, "from"), when(end, "to"), now=now_ms(), finest=Grain.HOUR, fields=("from", "to")
    )
    wanted = set(listed(tags, "tags"))
    events = await in_thread(lambda: notes_between(caller.workspace, time_range, wanted))
    return endpoint.answer([shown(event) for event in events])


def notes_between(workspace: str, time_range: TimeRange, tags: set[str]) -> list[Event]:
    """The notes of a range, read from the raw log. Raises Invalid where they are of too many days."""
    workspace_tables = tables(workspace)
    days = days_with_events(workspace_tables.rollups, NOTE, time_range, now_ms())
    if len(days) > MOST_DAYS:
        raise Invalid(f"from, to: notes are of {len(days)} days, {MOST_DAYS} at most; ask for less")
    meant = _with_tags(_of_days(workspace_tables.events, sorted(days), time_range), tags)
    return sorted(islice(meant, MOST), key=lambda event: event.time)


def _with_tags(events: Iterable[Event], tags: set[str]) -> Iterator[Event]:
    return (event for event in events if not tags or tags & set(event.properties.get("tags", ())))


def _of_days(log: WorkspaceTable, days: Sequence[str], time_range: TimeRange) -> Iterator[Event]:
    """The notes of some days, read a few days at once, and only as many as are wanted."""
    for first in range(0, len(days), PARALLEL):
        some = days[first : first + PARALLEL]
        yield from chain(*side_by_side(lambda day: list(_of_day(log, day, time_range)), some))


def _of_day(log: WorkspaceTable, day: str, time_range: TimeRange) -> Iterator[Event]:
    start = bucket_start(day)
    first, end = max(start, time_range.start), min(start + DAY_MS, time_range.end)
    return events_between(log, NOTE, first, end, slices=settings().event_slices)


def shown(event: Event) -> dict[str, Any]:
    """One note as a flat row."""
    note = event.properties
    row = {
        "time": iso(event.time),
        "title": note["title"],
        "text": note.get("text") or "",
        "tags": note.get("tags", []),
    }
    return row | ({"timeEnd": iso(note["end"])} if note.get("end") else {})


handler = endpoint.handler
