"""Clients of the deployed stack are told of every change once, through cuts, and cannot hear or disturb others."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from belvedere.clock import now_ms
from belvedere.realtime.connections.store import CONNECTION_QUOTA
from tests.e2e.ears import Ear, event_source, listening, refusal
from tests.worlds.served import interaction
from tests.worlds.site import Site, an_hour_lasts, ask, seen

ALL = "/dashboard/ws/all"


async def happens(site: Site, workspace: str, *names: str, user: str = "ada", ok: bool = True) -> None:
    """Events of now, at the front door."""
    events = [interaction(name, now_ms(), user, ok=ok, concept="torque") for name in names]
    assert (await asyncio.to_thread(site.send, workspace, *events))["accepted"] == len(names)


async def told_of(ear: Ear, *names: str) -> None:
    """Wait until these were told."""
    await ear.until(lambda _: set(names) <= set(ear.changes()))


async def test_a_client_is_greeted_hears_changes_and_gets_what_it_missed_in_order_once(site: Site) -> None:
    key, held = site.key("told", "read"), []
    async with listening(site, ALL, key) as ear:
        hello = await ear.first("connected")
        assert (hello["workspace"], hello["channel"], hello["replay_window_s"]) == ("told", "learning", 900)
        assert (hello["message"], hello["timestamp"][-1]) == ("Connected to told; you hear the channel learning", "Z")
        assert (await ear.first("metrics_update"))["data"]["snapshot"] is True
        await happens(site, "told", "live-1", "live-2")
        await told_of(ear, "live-1", "live-2")
        progress = await ear.first("student_progress", user_id="ada")
        assert progress["data"]["concept_updates"][0]["concept"] == "torque"
        assert progress["data"]["progress_change"].keys() == {"overall_score"}
        held += ear.changes()
        cursor = ear.cursor()
    away = [f"away-{number}" for number in range(6)]
    for name in away:
        await happens(site, "told", name, user=f"user-{name}")
    async with listening(site, ALL, key, cursor=cursor) as ear:
        await told_of(ear, *away)
        await happens(site, "told", "back")
        await told_of(ear, "back")
        held += ear.changes()
        assert not any(frame.get("data", {}).get("snapshot") for frame in ear.frames)
    assert held == ["live-1", "live-2", *away, "back"]


async def test_a_student_of_the_path_is_the_only_one_a_client_hears_of(site: Site) -> None:
    async with listening(site, "/dashboard/ws/bob", site.key("one", "read")) as ear:
        await ear.first("metrics_update")
        await happens(site, "one", "of-ada", user="ada")
        await happens(site, "one", "of-bob", user="bob")
        await ear.first("student_progress", user_id="bob")
        await told_of(ear, "of-ada", "of-bob")
        assert {frame["user_id"] for frame in ear.frames if frame["type"] == "student_progress"} == {"bob"}
        assert '"ada"' not in json.dumps(ear.frames)


async def test_whatever_is_said_is_answered_and_the_connection_stays(site: Site) -> None:
    async with listening(site, ALL, site.key("talk", "read")) as ear:
        await ear.first("connected")
        await ear.says({"type": "ping", "timestamp": 7, "id": "p"})
        assert await ear.first("pong", id="p") == {"type": "pong", "id": "p", "timestamp": 7}
        await ear.says({"type": "ping", "id": "q"})
        assert (await ear.first("pong", id="q"))["timestamp"].endswith("Z")
        wrong: dict[str, tuple[Any, str]] = {
            "not JSON": ("nonsense", "BAD_REQUEST"),
            "a list": ("[]", "BAD_REQUEST"),
            "another type": ({"type": "shout"}, "VALIDATION_ERROR"),
            "no such channel": ({"type": "subscribe", "channel": "nowhere"}, "NOT_FOUND"),
            "a wrong cursor": ({"type": "subscribe", "channel": "events", "cursor": "7"}, "VALIDATION_ERROR"),
            "too long": ({"type": "ping", "id": "x" * 9_000}, "PAYLOAD_TOO_LARGE"),
            "a route of its own": ({"route": "$disconnect", "type": "ping"}, "VALIDATION_ERROR"),
        }
        for what, (frame, code) in wrong.items():
            before = len(ear.frames)
            await ear.says(frame)
            await ear.until(lambda _, before=before: any(one["type"] == "error" for one in ear.frames[before:]))
            (error,) = (one for one in ear.frames[before:] if one["type"] == "error")
            assert (error["code"], error["message"]) == (code, error["detail"]), what
        await ear.says({"type": "subscribe", "channel": "events", "filters": {"user_id": "ada"}, "id": 2})
        assert (await ear.first("subscribed", id=2))["filters"] == {"user_id": ["ada"], "types": None}
        await happens(site, "talk", "after-all")
        await ear.first("learning.interaction", channel="events")
        await ear.says({"type": "unsubscribe", "channel": "events", "id": 3})
        await ear.first("unsubscribed", id=3)


@pytest.mark.parametrize(
    ("key", "asked", "status", "code"),
    [
        ("nonsense", {}, 401, "UNAUTHORIZED"),
        ("write", {}, 403, "FORBIDDEN"),
        ("read", {"workspace": "theirs"}, 403, "FORBIDDEN"),
        ("read", {"channel": "nowhere"}, 404, "NOT_FOUND"),
        ("read", {"cursor": "7"}, 422, "VALIDATION_ERROR"),
        ("read", {"types": "shout"}, 422, "VALIDATION_ERROR"),
    ],
    ids=["wrong key", "key that may not read", "foreign workspace", "unknown channel", "no cursor", "unknown type"],
)
async def test_who_may_not_listen_is_refused_at_the_door_with_the_reason(
    site: Site, key: str, asked: dict[str, str], status: int, code: str
) -> None:
    token = site.key("refused", key) if key in ("read", "write") else key
    path = "/anywhere" if "channel" in asked else ALL
    told_status, told = await refusal(site, path, token, **asked)
    assert (told_status, told["code"]) == (status, code)
    assert {"error", "detail", "timestamp", "request_id"} <= told.keys()


async def test_no_key_is_in_any_log(site: Site) -> None:
    tokens = ["bv_read_nobody-knows-this-one", site.key("secretive", "write"), site.key("secretive", "read")]
    assert [(await refusal(site, ALL, token, cursor="7"))[0] for token in tokens] == [401, 403, 422]
    await event_source(site, "/dashboard/stream", tokens[2], "", enough=bool, in_query=True)
    async with listening(site, ALL, tokens[2]) as ear:
        await ear.says({"type": "auth", "token": tokens[0]})
        await ear.first("metrics_update")
    logs, told = site.stack_logs(), site.function_logs()
    assert len(logs) >= 2
    assert told
    assert [token for token in tokens for log in (*logs, *told) if token in log] == []


async def test_a_client_may_say_who_it_is_in_its_first_message_and_nothing_before(site: Site) -> None:
    async with listening(site, ALL, None) as ear:
        await ear.says({"type": "subscribe", "channel": "events"})
        await ear.first("error", code="UNAUTHORIZED")
        await ear.says({"type": "auth", "token": "nonsense"})
        await ear.until(lambda _: sum(frame["type"] == "error" for frame in ear.frames) == 2)
        await ear.says({"type": "auth", "token": site.key("late", "read")})
        await ear.first("authenticated")
        assert (await ear.first("connected"))["workspace"] == "late"
        await ear.first("metrics_update")


async def test_another_workspaces_cursor_gives_nothing_of_it(site: Site) -> None:
    async with listening(site, ALL, site.key("mine", "read")) as ear:
        await ear.first("metrics_update")
        await happens(site, "mine", "secret-1")
        await told_of(ear, "secret-1")
        cursor = ear.cursor()
    async with listening(site, ALL, site.key("theirs", "read"), cursor=cursor) as ear:
        update = await ear.first("metrics_update")
        assert (update["data"]["resumed"], update["data"]["snapshot"]) == (False, True)
        assert "secret-1" not in json.dumps(ear.frames)


async def test_connections_are_limited_and_their_rows_go_with_them(site: Site) -> None:
    key, dynamodb = site.key("many", "read"), site.aws("dynamodb")

    def rows() -> list[str]:
        asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "many#connections"}}}
        return [item["sk"]["S"] for item in dynamodb.query(TableName=site.stack.tables["state"], **asked)["Items"]]

    async with aiohttp.ClientSession() as session:
        url = f"{site.stack.url.replace('http', 'ws', 1)}{ALL}"
        open_ones = [await session.ws_connect(url, params={"token": key}) for _ in range(CONNECTION_QUOTA)]
        status, told = await refusal(site, ALL, key)
        assert (status, told["code"], told["limit_type"]) == (429, "RATE_LIMIT_EXCEEDED", "websocket")
        assert len(rows()) == CONNECTION_QUOTA
        await open_ones[0].close()
        await asyncio.to_thread(seen, lambda: len(rows()) == CONNECTION_QUOTA - 1, rows)
        open_ones[0] = await session.ws_connect(url, params={"token": key})
        await asyncio.gather(*(one.close() for one in open_ones))
    await asyncio.to_thread(seen, lambda: rows() == [], rows)


async def test_a_burst_is_told_whole_to_who_stays_and_to_who_was_away(site: Site) -> None:
    key, names = site.key("burst", "read"), [f"burst-{number}" for number in range(900)]
    async with listening(site, ALL, key) as ear:
        await ear.first("metrics_update")
        cursor = ear.cursor()
        await happens(site, "burst", *names)
        await told_of(ear, *names)
        assert sorted(ear.changes()) == sorted(names)
    async with listening(site, ALL, key, cursor=cursor) as back:
        await told_of(back, *names)
        assert back.changes() == ear.changes()


async def test_a_client_that_reads_nothing_disturbs_nobody(site: Site) -> None:
    key = site.key("lazy", "read")
    async with listening(site, ALL, key) as lazy, listening(site, ALL, key) as ear:
        await ear.first("metrics_update")
        for number in range(5):
            await happens(site, "lazy", *(f"lazy-{number}-{n}" for n in range(100)))
        await told_of(ear, *(f"lazy-{number}-{n}" for number in range(5) for n in range(100)))
        await told_of(lazy, "lazy-4-99")  # and it finds everything when it does
        assert lazy.changes() == ear.changes()


async def test_signs_of_life_come_without_being_asked_for(site: Site) -> None:
    async with listening(site, ALL, site.key("quiet", "read")) as ear, listening(site, "/x", site.key("quiet")) as idle:
        assert "cursor" in await ear.first("heartbeat", channel="learning")
        await idle.first("heartbeat")


async def test_who_has_lost_their_rights_and_who_never_says_who_they_are_are_told_so_and_closed(site: Site) -> None:
    login, users = {"username": "ana", "password": "nobody guesses this"}, f"{site.stack.url}/v1/directory/users"
    assert ask(users, site.key("left"), {"user_id": "ana", "role": "analyst", **login})[0] == 201
    token = ask(f"{site.stack.url}/auth/token", body={**login, "workspace": "left"})[2]["access_token"]
    async with listening(site, ALL, token) as ana, listening(site, "/x", None) as nobody:
        await ana.first("metrics_update")
        async with aiohttp.ClientSession(headers={"X-API-Key": site.key("left")}) as admin:
            assert (await admin.delete(f"{users}/ana")).ok
        for ear in (ana, nobody):
            await ear.first("error", code="UNAUTHORIZED")
            await ear.ended()


async def test_an_event_source_gets_every_change_once_and_alerts(site: Site) -> None:
    key = site.key("source", "read")
    an_hour_lasts()  # the alert is about one day
    (beat,) = await event_source(site, "/dashboard/stream", key, "", enough=lambda told: len(told) == 1)
    names = [f"sse-{number}" for number in range(8)]

    def events(told: list[dict[str, Any]]) -> list[str]:
        return [one["id"] for each in told if each["event"] == "dashboard_update" for one in each["data"]["events"]]

    def enough(told: list[dict[str, Any]]) -> bool:
        return len(events(told)) >= len(names) and any(each["event"] == "alert" for each in told)

    reading = asyncio.create_task(event_source(site, "/dashboard/stream", key, beat["id"], enough))
    for name in names:
        await happens(site, "source", name, ok=False)
    told = await reading
    assert events(told) == names
    alert = next(each["data"] for each in told if each["event"] == "alert")
    assert (alert["title"], alert["entity_id"]) == ("Low success rate", "ada")
