"""The four numbers of the sessions that the metrics channel tells."""

from typing import Any

from belvedere.boards.productivity.kpis.kpi import ACCEPTANCE, ERRORS, TOKENS, VELOCITY
from belvedere.boards.productivity.kpis.team_stats import TeamStats, kpi_values
from belvedere.boards.productivity.responses.metrics import about
from belvedere.boards.productivity.responses.raw import token_efficiency, velocity
from belvedere.time_ranges import TimeRange


def live_metrics(stats: TeamStats, time_range: TimeRange) -> dict[str, Any]:
    """The documented four as the raw report has them, and under `kpis` the same four as `GET /api/metrics` has them."""
    judged = kpi_values(stats)
    return {
        "ai_interaction_velocity": velocity(stats),
        "acceptance_rate": float(stats.number("acceptance_rate")),
        "error_rate": float(stats.number("error_rate")),
        "token_efficiency": token_efficiency(stats),
        "kpis": {kpi.name: judged[kpi.name].to_json() for kpi in (VELOCITY, ACCEPTANCE, ERRORS, TOKENS)},
        **about(stats, time_range),
    }
