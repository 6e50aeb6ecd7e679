"""Clients of the productivity board hear of each session as it comes in, once, and of nobody whom they may not see."""

import asyncio
import json
from typing import Any

import pytest

from belvedere.clock import now_ms
from tests.e2e.ears import Ear, listening
from tests.worlds.site import Json, Site, ask

METRICS, SESSIONS, CLIENT = "/ws/metrics", "/ws/sessions", "/api/ws/sessions"
SESSIONS_CHANNEL = "productivity.sessions"
FOUR = {"ai_interaction_velocity", "acceptance_rate", "error_rate", "token_efficiency"}
LONG_AGO = "2024-01-01T12:00:00Z"
TOKENS = {"tokens_in": 30, "tokens_out": 70, "model": "anthropic/claude-3-sonnet-20240229"}


def session(name: str, user: str = "dev-1", time: str | int = LONG_AGO, **properties: Any) -> Json:
    """A session as a client sends it, of long ago."""
    told = {"session_id": f"s-{name}", **TOKENS, **properties}
    return {"id": name, "type": "productivity.session", "time": time, "user": user, "properties": told}


async def happens(site: Site, workspace: str, *events: Json) -> None:
    """Sessions at the front door."""
    assert (await asyncio.to_thread(site.send, workspace, *events))["accepted"] == len(events)


def announced(ear: Ear, kind: str = "new_session") -> list[str]:
    """The ids of the sessions that were announced, in order."""
    return [frame["data"]["id"] for frame in ear.frames if frame["type"] == kind]


async def heard(ear: Ear, *names: str) -> None:
    """Wait until these were announced."""
    await ear.until(lambda _: set(names) <= set(announced(ear)))


async def test_sessions_are_announced_when_they_come_in_whenever_they_were_and_what_was_missed_comes_once(
    site: Site,
) -> None:
    key, held = site.key("coders", "read"), []
    async with listening(site, SESSIONS, key) as ear:
        hello = await ear.first("connected")
        assert (hello["channel"], hello["message"][:9]) == ("productivity.sessions", "Connected")
        assert (await ear.first("snapshot"))["data"] == {"snapshot": True}
        await happens(site, "coders", session("a", accepted_flag=True))
        told = (await ear.first("new_session"))["data"]
        assert (told["session_id"], told["developer_id"], told["timestamp"]) == ("s-a", "dev-1", LONG_AGO)
        assert (told["tokens"], told["cost_usd"], told["accepted"]) == (100, pytest.approx(0.0057), True)
        await ear.says({"type": "ping"})
        assert (await ear.first("pong"))["timestamp"].endswith("Z")
        held += announced(ear)
        cursor = ear.cursor()
    away = [f"away-{number}" for number in range(6)]
    for name in away:
        await happens(site, "coders", session(name))
    async with listening(site, SESSIONS, key, cursor=cursor) as ear:
        await heard(ear, *away)
        await happens(site, "coders", session("back"))
        await heard(ear, "back")
        held += announced(ear)
        assert not any(frame["type"] in ("snapshot", "left_out") for frame in ear.frames)
    assert held == ["a", *away, "back"]


async def test_the_four_numbers_of_the_week_come_at_once_and_follow_the_sessions(site: Site) -> None:
    def seven_sessions(frame: Json) -> bool:
        return frame["type"] == "metrics_update" and frame["data"]["ai_interaction_velocity"]["total_sessions"] == 7

    async with listening(site, METRICS, site.key("week", "read")) as ear:
        assert (await ear.first("connected"))["channel"] == "productivity.metrics"
        first = (await ear.first("metrics_update"))["data"]
        assert (first["snapshot"], first["ai_interaction_velocity"]["total_sessions"]) == (True, 0)
        await happens(site, "week", session("old"))
        for number in range(7):  # one after another, so that updates fall together
            told = {"accepted_flag": number < 2, "status_code": 500 if number == 6 else 200}
            await happens(site, "week", session(f"n-{number}", time=now_ms(), **told))
        last = (await ear.until(seven_sessions))["data"]
        assert (last["acceptance_rate"], last["error_rate"]) == (pytest.approx(2 / 7), pytest.approx(1 / 7))
        assert last["kpis"]["error_rate"]["status"] == "critical"
        raw = await asyncio.to_thread(site.get, "/api/metrics/raw", "week")
        assert {name: last[name] for name in raw.keys() & FOUR} == {name: raw[name] for name in FOUR}


async def test_the_client_hears_of_a_finished_session_at_its_own_path_in_its_own_form(site: Site) -> None:
    async with listening(site, CLIENT, site.key("client", "read")) as ear:
        await ear.first("connected")
        await ear.first("snapshot")
        await happens(site, "client", session("one", latency_ms=900, status_code=200, diff_ratio=0.5, accepted_lines=3))
        told = (await ear.first("session_completed"))["data"]
        assert (told["session_id"], told["event_date"], told["total_tokens"]) == ("s-one", "2024-01-01", 100)
        assert (told["latency_ms"], told["status_code"], told["accepted_flag"]) == (900, 200, False)
        assert (told["diff_ratio"], told["accepted_lines"]) == (0.5, 3)
        assert await asyncio.to_thread(lambda: site.get("/api/sessions", "client")["sessions"]) == [told]


async def test_an_import_is_told_in_bounds_and_with_a_count_of_what_was_left_out(site: Site) -> None:
    def left_out(ear: Ear) -> int:
        return sum(frame["data"]["count"] for frame in ear.frames if frame["type"] == "left_out")

    async def all_told(ear: Ear) -> None:
        await ear.until(lambda _: left_out(ear) + len(announced(ear)) == 2_000)
        assert len(set(announced(ear))) == len(announced(ear))

    key = site.key("imported", "read")
    async with listening(site, SESSIONS, key) as ear:
        await ear.first("snapshot")
        cursor = ear.cursor()
        await happens(site, "imported", *(session(f"n-{number}") for number in range(2_000)))
        await all_told(ear)  # how many are left out depends on how many came in at a time
    async with listening(site, SESSIONS, key, cursor=cursor) as back:
        await all_told(back)
        assert left_out(back) > 0


async def test_a_viewer_hears_of_sessions_and_no_names_and_may_not_ask_for_anybodys(site: Site) -> None:
    token = viewer(site, "seen")
    async with listening(site, SESSIONS, token) as ear, listening(site, "/ws/elsewhere", token) as other:
        await ear.first("snapshot")
        await other.first("connected")
        await happens(site, "seen", session("secret-1", user="dev-secret"))
        told = (await ear.first("new_session"))["data"]
        assert (told["developer_id"], told["session_id"], told["tokens"]) == (None, None, 100)
        await other.says({"type": "subscribe", "channel": SESSIONS_CHANNEL, "filters": {"user_id": "dev-secret"}})
        await other.first("error", code="FORBIDDEN")
        assert "dev-secret" not in json.dumps(ear.frames)


async def test_a_reader_of_one_developer_hears_of_that_one_only(site: Site) -> None:
    async with listening(site, "/ws/elsewhere", site.key("one-of-them", "read")) as ear:
        await ear.says({"type": "subscribe", "channel": SESSIONS_CHANNEL, "filters": {"user_id": "dev-2"}})
        await ear.first("snapshot")
        await happens(site, "one-of-them", session("first", "dev-1"), session("second", "dev-2"))
        await heard(ear, "second")
        assert announced(ear) == ["second"]


def viewer(site: Site, workspace: str) -> str:
    """The token of a new person who may see totals only."""
    login = {"username": f"vera-{workspace}", "password": "a long enough password"}
    person = {"user_id": "vera", "role": "viewer", **login}
    status, _, made = ask(f"{site.stack.url}/v1/directory/users", site.key(workspace), person)
    assert status == 201, made
    status, _, given = ask(f"{site.stack.url}/auth/token", body={**login, "workspace": workspace})
    assert status == 200, given
    return str(given["access_token"])
