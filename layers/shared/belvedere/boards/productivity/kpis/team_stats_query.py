"""Queries a team's statistics over a window from the rollups, all at once."""

import asyncio

from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.boards.productivity.kpis.team_stats import Days, Numbers, TeamStats
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.sessions.span import span
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

SESSIONS = (
    "session_count", "tracked_sessions", "acceptance_rate", "failed_sessions", "error_rate", "p50_latency",
    "accepted_sessions", "accepted_tokens", "accepted_lines", "line_counts", "tokens_per_accept",
    "tokens_per_accepted_line", "avg_diff_ratio", "close_match_share", "diff_ratio_count", "total_cost",
)  # fmt: skip
CLOSED = ("closed_pull_requests", "merged_pull_requests", "timed_merges", "avg_merge_hours")
REWORKS = ("rework_count",)
DAILY = ("session_count", "commit_count", "timed_merges")


async def query_team_stats(scope: Scope, tables: Tables, now: int, *, slices: int) -> TeamStats:
    """Everything, in two rounds: the rollups, then when the first and the last session were."""
    time_range, reader = scope.window(now), Reader(tables.rollups, tables.state)
    as_of = await reader.as_of()
    (sessions, closed, reworks), (by_day, commits, merges), fitting = await asyncio.gather(
        asyncio.gather(*(totals(metrics, scope, time_range, reader) for metrics in (SESSIONS, CLOSED, REWORKS))),
        asyncio.gather(*(daily(metric, scope, time_range, reader) for metric in DAILY)),
        _fitting(scope, time_range, reader),
    )
    return TeamStats(
        days=scope.days, sessions=sessions, closed=closed, reworks=int(reworks["rework_count"] or 0),
        sessions_by_day=by_day, commits_by_day=commits, merges_by_day=merges, fitting=fitting,
        span=await span(scope, sorted(by_day), tables.events, reader, slices), as_of=as_of,
    )  # fmt: skip


async def query_session_team_stats(scope: Scope, tables: Tables, now: int, *, slices: int) -> TeamStats:
    """The same of sessions alone: for those who tell nothing else, and often."""
    time_range, reader = scope.window(now), Reader(tables.rollups, tables.state)
    as_of = await reader.as_of()
    sessions, by_day = await asyncio.gather(
        totals(SESSIONS, scope, time_range, reader), daily("session_count", scope, time_range, reader)
    )
    first_and_last = await span(scope, sorted(by_day), tables.events, reader, slices)
    return TeamStats(days=scope.days, sessions=sessions, closed={}, reworks=0, sessions_by_day=by_day,
                    span=first_and_last, as_of=as_of)  # fmt: skip


async def totals(metrics: tuple[str, ...], scope: Scope, time_range: TimeRange, reader: Reader) -> Numbers:
    """Metrics of a range."""
    question = Question(board=BOARD_NAME, metrics=metrics, range=time_range, filters=scope.filters)
    return (await answer(question, reader)).points[0].metrics


async def daily(metric: str, scope: Scope, time_range: TimeRange, reader: Reader) -> Days:
    """A counting metric by the start of the UTC day; days with none are left out."""
    question = Question(board=BOARD_NAME, metrics=(metric,), range=time_range, filters=scope.filters,
                     granularity=GRANULARITIES["1d"])  # fmt: skip
    counts = ((point.start, int(point.metrics[metric] or 0)) for point in (await answer(question, reader)).points)
    return {day: number for day, number in counts if number}


async def by_model(metrics: tuple[str, ...], scope: Scope, time_range: TimeRange, reader: Reader) -> dict[str, Numbers]:
    """Metrics of a range by model."""
    question = Question(board=BOARD_NAME, metrics=metrics, range=time_range, filters=scope.filters, group_by=("model",))
    return {point.dims["model"]: point.metrics for point in (await answer(question, reader)).points}


async def _fitting(scope: Scope, time_range: TimeRange, reader: Reader) -> int | None:
    if not scope.policy:
        return None
    models = await by_model(("session_count",), scope, time_range, reader)
    return sum(int(models[model]["session_count"] or 0) for model in scope.policy if model in models)
