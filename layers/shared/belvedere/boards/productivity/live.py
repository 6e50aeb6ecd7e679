"""The board's realtime channels: four numbers of the week, and sessions as they come in, in the contract's form and in
its client's."""

from collections.abc import Iterable, Sequence
from typing import Any

from belvedere.boards.productivity.alerts import WATCHED
from belvedere.boards.productivity.kpis.kpi import ACCEPTANCE, ERRORS, TOKENS, VELOCITY
from belvedere.boards.productivity.kpis.team_stats import TeamStats, kpi_values
from belvedere.boards.productivity.kpis.team_stats_query import query_session_team_stats
from belvedere.boards.productivity.responses.metrics import about
from belvedere.boards.productivity.responses.raw import token_efficiency, velocity
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.sessions.announced import (
    LEFT_OUT,
    announced,
    finished_session,
    new_session,
    session_notices,
)
from belvedere.boards.productivity.window import DEFAULT_DAYS
from belvedere.realtime.alerts.evaluator import ALERT
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.channel import Channel, Data, Message, Moment
from belvedere.settings import settings
from belvedere.time_ranges import TimeRange

UPDATE, NEW, COMPLETED = "metrics_update", "new_session", "session_completed"
WEEK = Scope(DEFAULT_DAYS)


async def metrics(moment: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Alerts, and what the week comes to now, if any session did anything to it."""
    update = [Message(UPDATE, await _week(moment))] if session_notices(entries) else []
    return [*alerts(entries), *update]


async def metrics_snapshot(moment: Moment) -> list[Message]:
    """What the week comes to."""
    return [Message(UPDATE, await _week(moment))]


async def sessions(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Each new session in the contract's short form."""
    return announced(entries, NEW, new_session)


async def client(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Each new session in the client's form. A trace is told when its call is over, so none is ever `started`."""
    return announced(entries, COMPLETED, finished_session)


async def nothing_yet(_: Moment) -> list[Message]:
    """Sessions of before are asked for by HTTP."""
    return []


def alerts(entries: Iterable[LogEntry]) -> list[Message]:
    """This board's alerts among entries, in order, each for those who may see the developer it is about."""
    ours = (entry.body for entry in entries if entry.kind == ALERT and entry.body["board"] == WATCHED.board)
    return [Message(ALERT, dict(body["alert"]), body.get("user")) for body in ours]


async def _week(moment: Moment) -> Data:
    stats = await query_session_team_stats(WEEK, moment.tables, moment.now, slices=settings().event_slices)
    return live_metrics(stats, WEEK.window(moment.now))


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


__all__ = ["CHANNELS", "WATCHED"]

CHANNELS = (
    Channel(name="productivity.metrics", types=(UPDATE, ALERT), render=metrics, snapshot=metrics_snapshot,
            interval_s=5.0, public=True, named=True),
    Channel(name="productivity.sessions", types=(NEW, LEFT_OUT), render=sessions, snapshot=nothing_yet, public=True,
            named=True),
    Channel(name="productivity.client", types=(COMPLETED, LEFT_OUT), render=client, snapshot=nothing_yet, public=True,
            named=True),
)  # fmt: skip
