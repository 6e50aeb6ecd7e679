"""The nine KPIs of a window."""

from typing import Any

from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.team_stats import TeamStats, kpi_values
from belvedere.boards.productivity.team_stats_query import query_team_stats
from belvedere.clock import iso
from belvedere.query.ranges import TimeRange
from belvedere.storage.tables import Tables


async def team_metrics(scope: Scope, mine: Tables, now: int, *, slices: int) -> dict[str, Any]:
    """The documented metrics of a scope, worked out from rollups."""
    return metrics(await query_team_stats(scope, mine, now, slices=slices), scope.window(now), now)


def metrics(found: TeamStats, part: TimeRange, now: int) -> dict[str, Any]:
    """The documented nine, each with its sample, and `timestamp`; with what they are about beside them."""
    told: dict[str, Any] = {name: reading.to_json() for name, reading in kpi_values(found).items()}
    return told | {"timestamp": iso(now)} | about(found, part)


def about(found: TeamStats, part: TimeRange) -> dict[str, Any]:
    """What an answer is about: the days, and the newest event in it."""
    window = {"start": iso(part.start), "end": iso(part.end), "days": found.days}
    return {"window": window, "as_of": iso(found.as_of) if found.as_of is not None else None}
