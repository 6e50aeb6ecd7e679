"""The report that the KPIs are made of: rates as fractions, lists and counts, correlations with their doubt."""

from dataclasses import dataclass
from typing import Any

from belvedere.boards.productivity.enrichment import CLOSE_MATCH
from belvedere.boards.productivity.github.merges import MergeTimes, merge_times
from belvedere.boards.productivity.kpis.association import MAX_LAG, adjustment, associated, paired
from belvedere.boards.productivity.kpis.team_stats import TeamStats
from belvedere.boards.productivity.kpis.team_stats_query import query_team_stats
from belvedere.boards.productivity.responses.metrics import about
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import iso
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread


@dataclass(frozen=True)
class ReportRequest:
    """The scope of a report, and how its correlations are made: `fill` takes days without anything for zeros."""

    scope: Scope
    lag_days: int = 1
    fill: bool = False

    @property
    def lag(self) -> int:
        """Days from sessions to commits: at most a week, as the contract has it."""
        return min(self.lag_days, MAX_LAG)

    def resolved(self, now: int) -> dict[str, Any]:
        """All that an answer depends on at a moment."""
        return self.scope.resolved(now) | {"lag": self.lag, "fill": self.fill}


async def report(request: ReportRequest, tables: Tables, now: int, *, slices: int) -> dict[str, Any]:
    """The documented report, with what it is about beside it."""
    scope, time_range = request.scope, request.scope.window(now)
    stats = await query_team_stats(scope, tables, now, slices=slices)
    merges = await in_thread(lambda: merge_times(scope, time_range, stats.merges_by_day, tables.events, slices))
    pairs = paired(stats.sessions_by_day, stats.commits_by_day, request.lag, fill=request.fill)
    correlated = await associated(pairs)
    return {
        **_numbers(stats, merges),
        "ai_outcome_association": {name: result | {"count": len(pairs[0])} for name, result in correlated.items()}
        | {"lag_days": request.lag},
        "multiple_comparison_adjustment": adjustment(correlated),
        "metadata": {"repo": scope.repo or "", "since": iso(time_range.start), "lag_days": request.lag,
                     "fill_zero_days": request.fill, "pr_merge_time_hours": _listed(stats, merges)},
        **about(stats, time_range),
    }  # fmt: skip


def _numbers(stats: TeamStats, merges: MergeTimes) -> dict[str, Any]:
    number, count = stats.number, stats.count
    merged, cost = count("merged_pull_requests"), number("total_cost")
    return {
        "ai_interaction_velocity": velocity(stats),
        "acceptance_rate": float(number("acceptance_rate")),
        "model_selection_accuracy": stats.accuracy,
        "error_rate": float(number("error_rate")),
        "token_efficiency": token_efficiency(stats),
        "acceptance_quality": {
            "avg_diff_ratio": stats.sessions.get("avg_diff_ratio"),
            "share_above_threshold": stats.sessions.get("close_match_share"),
            "threshold": CLOSE_MATCH,
            "sample": count("diff_ratio_count"),
        },
        "pr_throughput": {"weekly_merged_prs": stats.merged_per_week, "total_merged": merged},
        "commit_frequency": {"daily_commits": stats.commits_per_day, "total_commits": stats.commits},
        "pr_merge_time_hours": list(merges.hours),
        "rework_rate": stats.rework_rate,
        "cost_metrics": {
            "total_session_cost_usd": float(cost),
            "merged_pr_count": merged,
            "cost_per_merged_pr_usd": cost / merged if merged else 0.0,
        },
    }


def velocity(stats: TeamStats) -> dict[str, Any]:
    """How many sessions there were, how fast they came, and how long one took."""
    return {
        "median_latency_ms": float(stats.number("p50_latency")),
        "sessions_per_hour": stats.sessions_per_hour,
        "total_sessions": stats.count("session_count"),
        "span": _span(stats),
    }


def token_efficiency(stats: TeamStats) -> dict[str, Any]:
    """What an accepted suggestion took, and a line of it."""
    return {
        "tokens_per_accept": float(stats.number("tokens_per_accept")),
        "accepted_sessions": stats.count("accepted_sessions"),
        "total_tokens": stats.count("accepted_tokens"),
        "tokens_per_accepted_line": tokens_per_line(stats),
    }


def tokens_per_line(stats: TeamStats) -> float:
    """Tokens of accepted suggestions over their lines, at least one; 0 where no suggestion tells its lines."""
    lines = stats.count("accepted_lines")
    counted = lines or stats.count("line_counts")
    return stats.count("accepted_tokens") / max(lines, 1) if counted else 0.0


def _span(stats: TeamStats) -> dict[str, Any] | None:
    """Between which moments the sessions were, and whether events, hours or days tell that."""
    span = stats.span
    return {"first": iso(span.first), "last": iso(span.last), "source": span.source} if span else None


def _listed(stats: TeamStats, merges: MergeTimes) -> dict[str, Any]:
    """How many of the window's merges the list has: raw closings expire, and very many are not all read."""
    timed = stats.count("timed_merges")
    return {"listed": len(merges.hours), "of": timed, "complete": not merges.cut and len(merges.hours) >= timed}
