"""What a team did in a window, as far as KPIs and reports need it: questions to the rollups, all asked at once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from belvedere.boards.productivity import kpis
from belvedere.boards.productivity.kpis import Kpi, Reading
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.span import Span, span
from belvedere.query.answer import Number, answer
from belvedere.query.granularity import GRANULARITIES
from belvedere.query.question import Question
from belvedere.query.ranges import TimeRange
from belvedere.query.read import Reader
from belvedere.storage.tables import Tables

BOARD = "productivity"
SESSIONS = (
    "session_count", "tracked_sessions", "acceptance_rate", "failed_sessions", "error_rate", "p50_latency",
    "accepted_sessions", "accepted_tokens", "accepted_lines", "line_counts", "tokens_per_accept",
    "tokens_per_accepted_line", "avg_diff_ratio", "close_match_share", "diff_ratio_count", "total_cost",
)  # fmt: skip
CLOSED = ("closed_pull_requests", "merged_pull_requests", "timed_merges", "avg_merge_hours")
REWORKS = ("rework_count",)
DAILY = ("session_count", "commit_count", "timed_merges")

Numbers = Mapping[str, Number]
Days = Mapping[int, int]


@dataclass(frozen=True)
class Measured:
    """Metrics of a window by their names; sessions, commits and timed merges by the start of their UTC day (no zeros).

    `fitting` are the sessions whose model is one of the policy's; None where there is no policy.
    """

    days: int
    sessions: Numbers
    closed: Numbers
    reworks: int
    sessions_by_day: Days = field(default_factory=dict)
    commits_by_day: Days = field(default_factory=dict)
    merges_by_day: Days = field(default_factory=dict)
    fitting: int | None = None
    span: Span | None = None
    as_of: int | None = None

    def number(self, name: str) -> float:
        """A metric of sessions or closings; 0 where there is nothing to tell."""
        return (self.sessions.get(name) if name in self.sessions else self.closed.get(name)) or 0

    def count(self, name: str) -> int:
        """A counting metric."""
        return int(self.number(name))

    @property
    def sessions_per_hour(self) -> float:
        """Sessions over the hours from the first to the last one, at least one hour."""
        return self.count("session_count") / self.span.hours if self.span else 0.0

    @property
    def accuracy(self) -> float | None:
        """The share of sessions whose model the policy names; None without a policy, or sessions."""
        sessions = self.count("session_count")
        return None if self.fitting is None or not sessions else self.fitting / sessions

    @property
    def merged_per_week(self) -> float:
        """Merged pull requests over the weeks of the window."""
        return self.count("merged_pull_requests") / (self.days / 7)

    @property
    def commits(self) -> int:
        """All commits."""
        return sum(self.commits_by_day.values())

    @property
    def commits_per_day(self) -> float:
        """Commits over the days that had some."""
        return self.commits / len(self.commits_by_day) if self.commits_by_day else 0.0

    @property
    def rework_rate(self) -> float:
        """The share of closings that were undone within 21 days."""
        closed = self.count("closed_pull_requests")
        return self.reworks / closed if closed else 0.0


async def measured(scope: Scope, mine: Tables, now: int, *, slices: int) -> Measured:
    """Everything, in two rounds: the rollups, then when the first and the last session were."""
    part, reader = scope.window(now), Reader(mine.rollups, mine.state)
    as_of = await reader.as_of()
    (sessions, closed, reworks), (by_day, commits, merges), fitting = await asyncio.gather(
        asyncio.gather(*(totals(metrics, scope, part, reader) for metrics in (SESSIONS, CLOSED, REWORKS))),
        asyncio.gather(*(daily(metric, scope, part, reader) for metric in DAILY)),
        _fitting(scope, part, reader),
    )
    return Measured(
        days=scope.days, sessions=sessions, closed=closed, reworks=int(reworks["rework_count"] or 0),
        sessions_by_day=by_day, commits_by_day=commits, merges_by_day=merges, fitting=fitting,
        span=await span(scope, sorted(by_day), mine.events, reader, slices), as_of=as_of,
    )  # fmt: skip


async def measured_sessions(scope: Scope, mine: Tables, now: int, *, slices: int) -> Measured:
    """The same of sessions alone: for those who tell nothing else, and often."""
    part, reader = scope.window(now), Reader(mine.rollups, mine.state)
    as_of = await reader.as_of()
    sessions, by_day = await asyncio.gather(
        totals(SESSIONS, scope, part, reader), daily("session_count", scope, part, reader)
    )
    first_and_last = await span(scope, sorted(by_day), mine.events, reader, slices)
    return Measured(days=scope.days, sessions=sessions, closed={}, reworks=0, sessions_by_day=by_day,
                    span=first_and_last, as_of=as_of)  # fmt: skip


async def totals(metrics: tuple[str, ...], scope: Scope, part: TimeRange, reader: Reader) -> Numbers:
    """Metrics of a range."""
    asked = Question(board=BOARD, metrics=metrics, range=part, filters=scope.filters)
    return (await answer(asked, reader)).points[0].metrics


async def daily(metric: str, scope: Scope, part: TimeRange, reader: Reader) -> Days:
    """A counting metric by the start of the UTC day; days with none are left out."""
    asked = Question(board=BOARD, metrics=(metric,), range=part, filters=scope.filters,
                     granularity=GRANULARITIES["1d"])  # fmt: skip
    found = ((point.start, int(point.metrics[metric] or 0)) for point in (await answer(asked, reader)).points)
    return {day: number for day, number in found if number}


async def by_model(metrics: tuple[str, ...], scope: Scope, part: TimeRange, reader: Reader) -> dict[str, Numbers]:
    """Metrics of a range by model."""
    asked = Question(board=BOARD, metrics=metrics, range=part, filters=scope.filters, group_by=("model",))
    return {point.dims["model"]: point.metrics for point in (await answer(asked, reader)).points}


async def _fitting(scope: Scope, part: TimeRange, reader: Reader) -> int | None:
    if not scope.policy:
        return None
    found = await by_model(("session_count",), scope, part, reader)
    return sum(int(found[model]["session_count"] or 0) for model in scope.policy if model in found)


def readings(found: Measured) -> dict[str, Reading]:
    """The nine KPIs of what was measured, by name."""
    sessions, closed = found.count("session_count"), found.count("closed_pull_requests")
    told: tuple[tuple[Kpi, float, int], ...] = (
        (kpis.VELOCITY, found.sessions_per_hour, sessions),
        (kpis.ACCEPTANCE, 100 * found.number("acceptance_rate"), found.count("tracked_sessions")),
        (kpis.ACCURACY, 100 * (found.accuracy or 0.0), 0 if found.accuracy is None else sessions),
        (kpis.ERRORS, 100 * found.number("error_rate"), sessions),
        (kpis.TOKENS, found.number("tokens_per_accepted_line"), found.count("accepted_lines")),
        (kpis.THROUGHPUT, found.merged_per_week, closed),
        (kpis.COMMITS, found.commits_per_day, found.commits),
        (kpis.MERGE_TIME, found.number("avg_merge_hours"), found.count("timed_merges")),
        (kpis.REWORK, 100 * found.rework_rate, closed),
    )
    return {kpi.name: Reading(kpi, float(value), sample) for kpi, value, sample in told}
