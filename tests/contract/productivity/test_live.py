"""What the board's channels tell of real events: the numbers that its routes tell, and each session once."""

import asyncio
from typing import Any

from belvedere.boards.productivity import live
from belvedere.clock import now_ms
from belvedere.realtime.changelog.log import LogEntry, entries, read_head
from belvedere.realtime.channel import Message, Moment, ReaderFilter
from belvedere.realtime.channels import channels
from belvedere.storage.tables import tables
from tests.contract.productivity.team import ANA, SONNET, at, commit, session
from tests.worlds.served import Json, Served

FOUR = ("ai_interaction_velocity", "acceptance_rate", "error_rate", "token_efficiency")


def logged(workspace: str) -> list[LogEntry]:
    """A workspace's log."""
    state = tables(workspace).state
    return list(entries(state, 0, read_head(state).seq))


def told(messages: list[Message]) -> list[tuple[str, Any]]:
    """What a reader of everything gets."""
    return [(message.type, asyncio.run(message.data_for(ReaderFilter()))) for message in messages]


def rendered(workspace: str, channel: str, log: list[LogEntry]) -> list[tuple[str, Any]]:
    """What a channel tells of a stretch of the log."""
    return told(asyncio.run(channels()[channel].render(Moment(tables(workspace), now_ms()), log)))


def test_the_metrics_channel_tells_what_the_routes_tell_of_seven_days(board: Served) -> None:
    ((kind, data),) = told(asyncio.run(live.metrics_snapshot(Moment(tables("demo"), now_ms()))))
    raw, judged = board.get("/api/metrics/raw").json(), board.get("/api/metrics").json()
    assert kind == "metrics_update"
    assert {name: data[name] for name in FOUR} == {name: raw[name] for name in FOUR}
    assert data["kpis"] == {name: judged[name] for name in FOUR}
    assert data["window"] == raw["window"]
    assert data["ai_interaction_velocity"]["total_sessions"] == 9


def test_only_sessions_move_the_four_and_an_update_covers_however_many_there_were(served: Served) -> None:
    served.send_and_fold(commit("c", at(0)), workspace="moved")
    assert rendered("moved", "productivity.metrics", logged("moved")) == []
    served.send_and_fold(*(session(f"s{n}", at(0), accepted=n < 3, lines=5) for n in range(4)), workspace="moved")
    ((_, data),) = rendered("moved", "productivity.metrics", logged("moved"))
    assert (data["acceptance_rate"], data["ai_interaction_velocity"]["total_sessions"]) == (0.75, 4)
    assert data["token_efficiency"]["tokens_per_accepted_line"] == 20.0


def test_a_workspace_without_sessions_is_told_zeros(served: Served) -> None:
    ((_, data),) = told(asyncio.run(live.metrics_snapshot(Moment(tables("empty"), now_ms()))))
    assert (data["acceptance_rate"], data["error_rate"]) == (0.0, 0.0)
    assert (data["ai_interaction_velocity"]["sessions_per_hour"], data["kpis"]["error_rate"]["status"]) == (0.0, None)


def test_a_session_that_did_not_tell_its_cost_is_announced_with_the_price_of_the_door(served: Served) -> None:
    sent: Json = session("traced", at(300), cost=None, model=SONNET, tokens=(30, 70), accepted=True, status=200)
    served.send_and_fold(sent, workspace="priced")
    log = logged("priced")
    ((kind, short),) = rendered("priced", "productivity.sessions", log)
    assert (kind, short["tokens"], short["accepted"], short["developer_id"]) == ("new_session", 100, True, ANA)
    ((kind, long),) = rendered("priced", "productivity.client", log)
    assert (kind, long["event_date"], long["total_tokens"]) == ("session_completed", at(300)[:10], 100)
    assert round(short["cost_usd"], 9) == round(long["cost_usd"], 9) == 0.0057
