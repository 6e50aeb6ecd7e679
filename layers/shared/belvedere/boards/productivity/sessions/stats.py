"""Statistics of sessions for a profile: of the whole team, or of one developer. Both give points, as answers do.

So each view of a profile is written once. The team's come from the families by day, model, repository and language;
a developer's all from that developer's own rows, which are read once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.boards.productivity.rollup_tables import BY_USER, SESSIONS
from belvedere.clock import DAY_MS
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Point, answer, finish
from belvedere.query.reader.entity_cells import Cell, entity_cells
from belvedere.query.reader.read import Reader
from belvedere.rollups.rows import COUNTERS
from belvedere.schema.metrics import Totals
from belvedere.schema.rollup_tables import USER, Grain
from belvedere.sketches.distinct import DistinctCount
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import day_start, floor
from belvedere.time_ranges import TimeRange

COUNT = "session_count"
TAGS = {breakdown.fields[-1]: breakdown.tag for breakdown in BY_USER.breakdowns}  # model, repo_slug, language
FIRST_LOOK = 20  # day rows read to find the first day; one of an erased developer alone may be empty


class SessionSource(Protocol):
    """Somebody's sessions over whole days of a range."""

    @property
    def time_range(self) -> TimeRange:
        """The range, whole UTC days."""

    async def points(self, *metrics: str, by: str | None = None, daily: bool = False) -> Sequence[Point]:
        """The points in which there were sessions; `by` model, repo_slug or language, of which the others lack some.

        By repository and language there is `session_count` alone.
        """


@dataclass(frozen=True)
class TeamSessions:
    """Everybody's sessions."""

    reader: Reader
    time_range: TimeRange

    async def points(self, *metrics: str, by: str | None = None, daily: bool = False) -> Sequence[Point]:
        """By question: from day rows and pages."""
        question = Question(
            board=BOARD_NAME,
            metrics=(COUNT, *metrics),
            range=self.time_range,
            granularity=GRANULARITIES["1d"] if daily else None,
            group_by=(by,) if by else (),
        )
        return [point for point in (await answer(question, self.reader)).points if point.metrics[COUNT]]


@dataclass(frozen=True)
class DeveloperSessions:
    """One developer's sessions, cell by cell."""

    time_range: TimeRange
    cells: Sequence[Cell]

    async def points(self, *metrics: str, by: str | None = None, daily: bool = False) -> Sequence[Point]:
        """By adding up cells; who they are of counts as one developer."""
        groups: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for cell in self.cells:
            name = cell.values[-1] if by else ""
            if cell.tag == TAGS[by or "model"] and (name or not by):
                groups[cell.day if daily else self.time_range.start, name][cell.measure] += cell.number
        question = Question(board=BOARD_NAME, metrics=(COUNT, *metrics), range=self.time_range).declared()
        totals = (
            (key, Totals(counts, {}, {USER: DistinctCount(1, exact=True)})) for key, counts in sorted(groups.items())
        )
        points = (Point(start, {by: name} if by else {}, finish(question, sums)) for (start, name), sums in totals)
        return [point for point in points if point.metrics[COUNT]]


async def source(reader: Reader, developer: str | None, time_range: TimeRange) -> SessionSource:
    """The sessions of a developer, or of everybody, over the whole days of a range."""
    if developer is None:
        return TeamSessions(reader, time_range)
    return DeveloperSessions(time_range, await entity_cells(reader, BY_USER, developer, time_range))


async def all_time(reader: Reader, developer: str | None, now: int) -> SessionSource:
    """All sessions there ever were; those of the next 24 hours, which are taken as well, included."""
    end = floor(now, Grain.DAY) + 2 * DAY_MS
    start = 0 if developer is not None else await first_day(reader)
    return await source(reader, developer, TimeRange(end - DAY_MS if start is None else min(start, end - DAY_MS), end))


async def first_day(reader: Reader) -> int | None:
    """The first UTC day with a session (its start, epoch ms); None where there is none. One query of few rows."""
    return await in_thread(lambda: _first_day(reader))


def _first_day(reader: Reader) -> int | None:
    partition = rollup_partition(reader.rollups.workspace, SESSIONS.name, Grain.DAY, COUNTERS)
    for page in reader.rollups.pages(partition, limit=FIRST_LOOK):
        for item in page["Items"]:
            if int(item.get("count", {}).get("N", 0)):
                return day_start(item["sk"]["S"])
    return None
