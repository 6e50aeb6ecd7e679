"""When the first and the last session of a window were: by two small key queries, else as near as the rollups know."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from belvedere.boards.productivity.events import SESSION
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import DAY_MS, HOUR_MS, iso_ms
from belvedere.ingest.event import Event
from belvedere.ingest.stored import Unreadable, stored_event
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.keys.events import event_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange

SEEK = 200  # sessions of other repositories that are passed over while one of the asked one is looked for


@dataclass(frozen=True)
class Span:
    """The first and the last session, epoch milliseconds; `source` says how exactly: `events`, `hours` or `days`."""

    first: int
    last: int
    source: str = "events"

    @property
    def hours(self) -> float:
        """How long it is, and never less than an hour: so many sessions within minutes are not so many an hour."""
        return max((self.last - self.first) / HOUR_MS, 1.0)


async def span(scope: Scope, busy: Sequence[int], events: WorkspaceTable, reader: Reader, slices: int) -> Span | None:
    """The span of the sessions of `busy` days (their starts, in order); None where there are none.

    Raw events may have expired, and those of one repository be hard to find: then the hours of the first and the last
    day tell, or, for a repository, the days.
    """
    if not busy:
        return None
    first = await in_thread(lambda: edge(events, busy[0], scope.repo, slices, forward=True))
    last = await in_thread(lambda: edge(events, busy[-1], scope.repo, slices, forward=False))
    if first is not None and last is not None:
        return Span(first, last)
    if scope.repo:
        return Span(busy[0], busy[-1], "days")
    hours = [hour for day in sorted({busy[0], busy[-1]}) for hour in await _hours(day, reader)]
    return Span(hours[0], hours[-1], "hours") if hours else Span(busy[0], busy[-1], "days")


def edge(events: WorkspaceTable, day: int, repo: str | None, slices: int, *, forward: bool) -> int | None:
    """The time of a day's first (`forward`) or last session; None where no raw event tells."""
    times = [
        event.time
        for number in range(slices)
        for event in _near(events, day, number, SEEK if repo else 1, forward=forward)
        if not repo or event.properties.get("repo_slug") == repo
    ]
    return (min if forward else max)(times, default=None)


def _near(events: WorkspaceTable, day: int, number: int, limit: int, *, forward: bool) -> Iterator[Event]:
    partition = event_partition(events.workspace, SESSION, bucket_of(day, Grain.DAY), number)
    low, high = iso_ms(day), iso_ms(day + DAY_MS - 1) + "~"
    for item in next(iter(events.pages(partition, low, high, forward=forward, limit=limit)))["Items"]:
        with suppress(Unreadable):
            yield stored_event(events.workspace, item)


async def _hours(day: int, reader: Reader) -> list[int]:
    question = Question(board="productivity", metrics=("session_count",), range=TimeRange(day, day + DAY_MS),
                     granularity=GRANULARITIES["1h"])  # fmt: skip
    return [point.start for point in (await answer(question, reader)).points if point.metrics["session_count"]]
