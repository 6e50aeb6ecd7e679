"""The documented insights: findings, correlations, recommendations and anomalies of a window."""

import asyncio
from typing import Any

from belvedere.boards.productivity.insights.observed import worked_days
from belvedere.boards.productivity.kpis.advice import anomalies, key_findings, recommendations
from belvedere.boards.productivity.kpis.association import associated, metrics_of, paired
from belvedere.boards.productivity.kpis.outliers import outliers
from belvedere.boards.productivity.kpis.team_stats import kpi_values
from belvedere.boards.productivity.kpis.team_stats_query import query_team_stats
from belvedere.boards.productivity.responses.metrics import about
from belvedere.boards.productivity.responses.raw import ReportRequest
from belvedere.clock import iso
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.tables import Tables
from belvedere.time_buckets import floor


async def insights(request: ReportRequest, tables: Tables, now: int, *, slices: int) -> dict[str, Any]:
    """The documented answer, with what it is about beside it."""
    scope, time_range = request.scope, request.scope.window(now)
    reader = Reader(tables.rollups, tables.state)
    stats, days = await asyncio.gather(
        query_team_stats(scope, tables, now, slices=slices), worked_days(scope, time_range, reader)
    )
    pairs = paired(stats.sessions_by_day, stats.commits_by_day, request.lag, fill=request.fill)
    readings = kpi_values(stats)
    return {
        "key_findings": key_findings(readings),
        "correlations": metrics_of(await associated(pairs), len(pairs[0]), request.lag),
        "recommendations": recommendations(readings),
        "anomalies": anomalies(readings, outliers(days, since=time_range.start, today=floor(now, Grain.DAY))),
        "generated_at": iso(now),
        **about(stats, time_range),
    }
