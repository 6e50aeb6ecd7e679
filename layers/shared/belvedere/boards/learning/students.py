"""Students as the rollups know them: one student's days in detail, and every student's totals over a range.

Reads are bounded: one query for a student's days; for totals, one query a student named, or one page a day for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from belvedere.boards.learning.rollup_tables import BY_USER
from belvedere.boards.learning.tally import Tally, added, by_name
from belvedere.clock import DAY_MS
from belvedere.query.planner.filters import EVERYTHING, In
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.entity_cells import Cell, cells_by_hour
from belvedere.query.reader.read import Reader
from belvedere.rollups.totals import totals_of_days
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.keys.rollups import split_rollup_sort
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import ceil, floor
from belvedere.time_ranges import TimeRange

COUNTS = ("interaction_count", "successful_interactions", "total_response_time", "response_time_count")


@dataclass(frozen=True)
class StudentDay:
    """One student's UTC day (`day` is its start, epoch ms): by concept, by UTC hour (0 to 23), and by agent.

    An interaction without a concept is in no concept, one without an agent in no agent; every one is in an hour. Of a
    concept no times are kept. `cells` is what it was made of, by the hour.
    """

    day: int
    concepts: Mapping[str, Tally] = field(default_factory=dict)
    hours: Mapping[int, Tally] = field(default_factory=dict)
    agents: Mapping[str, Tally] = field(default_factory=dict)
    cells: Sequence[Cell] = field(default=(), compare=False, repr=False)

    def within(self, time_range: TimeRange) -> "StudentDay":
        """What of it was in a range of whole hours."""
        if time_range.start <= self.day and self.day + DAY_MS <= time_range.end:
            return self
        return _day(self.day, [cell for cell in self.cells if cell.within(time_range)])

    @property
    def total(self) -> Tally:
        """The whole day."""
        return added(self.hours.values())


def whole_hours(time_range: TimeRange) -> TimeRange:
    """The UTC hours that a range touches."""
    return TimeRange(floor(time_range.start, Grain.HOUR), ceil(time_range.end, Grain.HOUR), time_range.preset)


async def student_days(reader: Reader, user: str, time_range: TimeRange) -> list[StudentDay]:
    """The days of a range on which a student did something, in order. One query."""
    cells = await cells_by_hour(reader, BY_USER, user, time_range)
    by_day = [_day(day, list(own)) for day, own in groupby(cells, key=lambda cell: cell.day)]
    return [day for day in by_day if day.total.attempts]


async def student_totals(reader: Reader, time_range: TimeRange, users: Sequence[str] | None = None) -> dict[str, Tally]:
    """Totals by student over the whole hours of a range, of those named (or of all) who did anything; exact.

    One query for each student named. For all, one page a day of the thousand busiest, or, on a range in which more than
    a thousand were active in a day, each day's rows one by one.
    """
    time_range = whole_hours(time_range)
    named = None if users is None else tuple(dict.fromkeys(users))
    question = Question(
        board="learning",
        metrics=COUNTS,
        range=time_range,
        group_by=("user",),
        filters=EVERYTHING if named is None else In("user", named),
    )
    result = await answer(question, reader)
    if result.explain["left_out"]:
        return await _row_by_row(reader, time_range)
    tallies = ((point.dims["user"], metric_tally(point.metrics)) for point in result.points)
    return {user: tally for user, tally in tallies if tally.attempts}


def metric_tally(metrics: Mapping[str, float | int | None]) -> Tally:
    """A tally of the metrics of COUNTS."""
    count, good, ms, timed = (metrics[name] or 0 for name in COUNTS)
    return Tally(int(count), int(good), round(ms * 1_000), int(timed))


async def _row_by_row(reader: Reader, time_range: TimeRange) -> dict[str, Tally]:
    """The totals of all students of all days, however many there are."""
    some = await reader.counted_days(BY_USER.event_type, time_range)
    rows = await in_thread(lambda: [*totals_of_days(reader.rollups, BY_USER, some, time_range)])
    counted = ((split_rollup_sort(str(row["sk"]))[1][0], row) for row in rows)
    return by_name((user, Tally.of({k: v for k, v in row.items() if isinstance(v, int)})) for user, row in counted)


def _day(day: int, cells: Sequence[Cell]) -> StudentDay:
    breakdowns = {tag: list(_tallies(cells, tag)) for tag in ("h", "c")}
    return StudentDay(
        day,
        concepts=by_name((concept, tally) for (concept,), tally in breakdowns["c"]),
        hours={int(hour): tally for hour, tally in by_name((h, t) for (h, _), t in breakdowns["h"]).items()},
        agents=by_name((agent, tally) for (_, agent), tally in breakdowns["h"] if agent),
        cells=cells,
    )


def _tallies(cells: Iterable[Cell], tag: str) -> Iterator[tuple[tuple[str, ...], Tally]]:
    """The cells of one breakdown, each with its measures together."""
    counters: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for cell in cells:
        if cell.tag == tag:
            counters[cell.values][cell.measure] = counters[cell.values].get(cell.measure, 0) + cell.number
    return ((values, Tally.of(measures)) for values, measures in counters.items())
