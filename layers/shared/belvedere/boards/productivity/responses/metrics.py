"""The nine KPIs of a window."""

from typing import Any

from belvedere.boards.productivity.kpis.team_stats import TeamStats, kpi_values
from belvedere.boards.productivity.kpis.team_stats_query import query_team_stats
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import iso
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange


async def team_metrics(scope: Scope, tables: Tables, now: int, *, slices: int) -> dict[str, Any]:
    """The documented metrics of a scope, worked out from rollups."""
    return metrics(await query_team_stats(scope, tables, now, slices=slices), scope.window(now), now)


def metrics(stats: TeamStats, time_range: TimeRange, now: int) -> dict[str, Any]:
    """The documented nine, each with its sample, and `timestamp`; with what they are about beside them."""
    readings: dict[str, Any] = {name: reading.to_json() for name, reading in kpi_values(stats).items()}
    return readings | {"timestamp": iso(now)} | about(stats, time_range)


def about(stats: TeamStats, time_range: TimeRange) -> dict[str, Any]:
    """What an answer is about: the days, and the newest event in it."""
    window = {"start": iso(time_range.start), "end": iso(time_range.end), "days": stats.days}
    return {"window": window, "as_of": iso(stats.as_of) if stats.as_of is not None else None}
