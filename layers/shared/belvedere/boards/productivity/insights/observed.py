"""What insights are made of: the window's numbers, whole days beside as many before them, models, hours, outliers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.boards.productivity.kpis.outliers import MEASURES, Day, OutlyingDay, outliers
from belvedere.boards.productivity.kpis.team_stats import Numbers, TeamStats
from belvedere.boards.productivity.kpis.team_stats_query import by_model, query_team_stats, totals
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import DAY_MS, HOUR_MS, to_datetime
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.tables import Tables
from belvedere.time_buckets import floor
from belvedere.time_ranges import TimeRange

COMPARED = (
    "session_count", "tracked_sessions", "accepted_sessions", "acceptance_rate", "total_cost", "p95_latency",
    "tokens_per_accepted_line", "accepted_lines", "active_developers",
)  # fmt: skip
OF_MODELS = ("session_count", "tracked_sessions", "accepted_sessions", "total_cost", "total_tokens", "tokens_out")
USUAL_DAYS = 28  # before the window ends, at least, to know what is usual
MOST_HOURS_DAYS = 90  # hours of the day are told of the newest days of a long window


@dataclass(frozen=True)
class Observed:
    """`this` are the whole days before today, `before` as many before those; `hours` sessions by UTC hour of day.

    `covered`: there are sessions of the first day of `before`, or of as many days before it.
    """

    scope: Scope
    today: int
    stats: TeamStats
    this: Numbers = field(default_factory=dict)
    before: Numbers = field(default_factory=dict)
    covered: bool = True
    models: Mapping[str, Numbers] = field(default_factory=dict)
    hours: Mapping[int, int] = field(default_factory=dict)
    outlying: Sequence[OutlyingDay] = ()

    @property
    def date(self) -> date:
        """Today's date, UTC."""
        return to_datetime(self.today).date()

    def both(self, metric: str) -> tuple[float, float] | None:
        """A metric of these days and of those before; None where either has nothing to tell."""
        this, before = self.this.get(metric), self.before.get(metric)
        return None if this is None or before is None else (float(this), float(before))

    def both_sums(self, metric: str) -> tuple[float, float] | None:
        """The same of a metric that adds up, which is less where the data begins within those days before."""
        return self.both(metric) if self.covered else None


async def observed(scope: Scope, tables: Tables, now: int, *, slices: int) -> Observed:
    """Everything that the rules look at."""
    time_range, today, reader = scope.window(now), floor(now, Grain.DAY), Reader(tables.rollups, tables.state)
    length = scope.days * DAY_MS
    stats, models, hours, days, (this, before), earlier = await asyncio.gather(
        query_team_stats(scope, tables, now, slices=slices),
        by_model(OF_MODELS, scope, time_range, reader) if not scope.repo else _no_models(),
        _hours(scope, time_range, reader),
        worked_days(scope, time_range, reader),
        asyncio.gather(
            *(totals(COMPARED, scope, TimeRange(end - length, end), reader) for end in (today, today - length))
        ),
        totals(("session_count",), scope, TimeRange(today - 3 * length, today - 2 * length + DAY_MS), reader),
    )
    outlying = outliers(days, since=time_range.start, today=today)
    return Observed(scope, today, stats, this, before, bool(earlier["session_count"]), models, hours, outlying)


async def worked_days(scope: Scope, time_range: TimeRange, reader: Reader) -> list[Day]:
    """The days of a window, and of four weeks at least, with what may stand out of them."""
    usual = TimeRange(min(time_range.start, time_range.end - USUAL_DAYS * DAY_MS), time_range.end)
    question = Question(board=BOARD_NAME, metrics=tuple(MEASURES), range=usual, filters=scope.filters,
                     granularity=GRANULARITIES["1d"])  # fmt: skip
    return [(point.start, point.metrics) for point in (await answer(question, reader)).points]


async def _no_models() -> dict[str, Numbers]:
    """Of one repository, models are only counted."""
    return {}


async def _hours(scope: Scope, time_range: TimeRange, reader: Reader) -> dict[int, int]:
    """Sessions by hour of the day; none of one repository, which has no hours."""
    if scope.repo:
        return {}
    newest = TimeRange(max(time_range.start, time_range.end - MOST_HOURS_DAYS * DAY_MS), time_range.end)
    question = Question(board=BOARD_NAME, metrics=("session_count",), range=newest, granularity=GRANULARITIES["1h"])
    sessions_by_hour: dict[int, int] = {}
    for point in (await answer(question, reader)).points:
        hour = point.start % DAY_MS // HOUR_MS
        sessions_by_hour[hour] = sessions_by_hour.get(hour, 0) + int(point.metrics["session_count"] or 0)
    return sessions_by_hour
