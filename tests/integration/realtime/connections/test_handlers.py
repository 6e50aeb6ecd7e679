"""What a client may do at the door and over its connection, and how often."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from belvedere.auth.keys import create_key
from belvedere.clock import SECOND_MS, now_ms
from belvedere.limits.limiter import limiter
from belvedere.realtime.connections import store, waiting
from belvedere.realtime.connections.store import Connections
from belvedere.settings import settings
from belvedere.storage.tables import tables as tables_of
from realtime import connect, default
from tests import clock

Json = dict[str, Any]


@pytest.fixture
def limited(tables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Callers are held to their limits, of which nothing comes back meanwhile, and anonymous reading is on."""
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "true")
    monkeypatch.setenv("PUBLIC_READ", "true")
    for remembered in (settings, limiter):
        remembered.cache_clear()
    clock.stop(limiter())
    yield
    monkeypatch.undo()
    for remembered in (settings, limiter):
        remembered.cache_clear()


def event(kind: str, connection: str, address: str = "10.0.0.1") -> Json:
    context = {"connectionId": connection, "eventType": kind, "identity": {"sourceIp": address}, "requestId": "r-1"}
    return {"requestContext": context, "headers": {}}


def opens(connection: str, key: str | None, address: str = "10.0.0.1", **asked: str) -> tuple[int, Json]:
    """The status of an opening, and the body of a refusal."""
    query = asked | ({"token": key} if key else {})
    answer = connect.handler(event("CONNECT", connection, address) | {"queryStringParameters": query}, None)
    return answer["statusCode"], json.loads(answer["body"] or "{}")


def says(connection: str, **frame: Any) -> Json:
    """What a message is answered."""
    answer = default.handler(event("MESSAGE", connection) | {"body": json.dumps(frame)}, None)
    assert answer["statusCode"] == 200
    return dict(json.loads(answer["body"]))


def read_key(workspace: str, scope: str = "read") -> str:
    return create_key(workspace, scope, "a listener").key


@pytest.mark.parametrize(
    ("scope", "asked", "status", "code"),
    [
        ("", {"token": "nonsense"}, 401, "UNAUTHORIZED"),
        ("write", {"channel": "learning"}, 403, "FORBIDDEN"),
        ("read", {"channel": "learning", "workspace": "theirs"}, 403, "FORBIDDEN"),
        ("read", {"channel": "nowhere"}, 404, "NOT_FOUND"),
        ("read", {"channel": "learning", "cursor": "7"}, 422, "VALIDATION_ERROR"),
        ("read", {"channel": "learning", "types": "shout"}, 422, "VALIDATION_ERROR"),
    ],
)
def test_an_opening_is_refused_in_the_envelope(
    limited: None, scope: str, asked: dict[str, str], status: int, code: str
) -> None:
    told_status, told = opens(f"refused-{code}", read_key("doors", scope) if scope else None, **asked)
    assert (told_status, told["code"]) == (status, code)
    assert {"error", "detail", "timestamp"} < told.keys()
    assert told["request_id"] == "r-1"
    assert Connections(tables_of("doors").state).all(now_ms()) == []


def test_a_caller_opens_ten_a_minute_and_an_address_without_a_key_as_many(limited: None) -> None:
    key = read_key("many")
    for caller, address in ((key, "10.1.1.1"), (None, "10.1.1.2")):
        told = [opens(f"many-{address}-{n}", caller, address) for n in range(11)]
        assert [status for status, _ in told] == [200] * 10 + [429]
        assert told[-1][1]["code"] == "RATE_LIMIT_EXCEEDED"
        assert told[-1][1]["limit_type"] == "websocket"
    assert opens("many-other", read_key("many"), "10.1.1.1")[0] == 200


def test_a_connection_that_says_too_much_is_told_so_and_stays(limited: None) -> None:
    assert opens("talker", read_key("talk"))[0] == 200
    told = [says("talker", type="ping", id=0)]
    told += [says("talker", type="ping", id=number) for number in range(1, 31)]
    assert [one["type"] for one in told] == ["pong"] * 30 + ["error"]
    assert (told[-1]["code"], told[-1]["id"]) == ("RATE_LIMIT_EXCEEDED", 30)
    assert Connections(tables_of("talk").state).find("talker") is not None


def test_the_nameless_hear_public_channels_only(limited: None) -> None:
    assert opens("anyone", None, "10.2.2.2", channel="learning")[0] == 200
    assert says("anyone", type="subscribe", channel="learning")["type"] == "subscribed"
    assert says("anyone", type="subscribe", channel="events")["code"] == "UNAUTHORIZED"
    assert opens("nobody", None, "10.2.2.2", channel="events")[0] == 200  # it may still say who it is
    assert says("nobody", type="subscribe", channel="events")["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("channel", ["learning", "learning.stream"])
def test_the_nameless_who_name_a_person_hear_what_is_about_nobody(limited: None, channel: str) -> None:
    assert opens(f"sample-{channel}", None, "10.2.2.3", channel=channel, user="user_123")[0] == 200
    told = says(f"sample-{channel}", type="subscribe", channel=channel, filters={"user_id": ["user_123"]})
    assert (told["type"], told["filters"]["user_id"]) == ("subscribed", [])


def test_who_says_it_too_late_is_not_let_in(limited: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AUTH_TIMEOUT_MS", -SECOND_MS)
    assert opens("dawdler", None, "10.3.3.3")[0] == 200
    assert says("dawdler", type="auth", token=read_key("late"))["code"] == "NOT_FOUND"


def test_no_more_than_ten_are_held_and_the_one_too_many_leaves_no_rows(tables: dict[str, str]) -> None:
    key, state = read_key("held"), tables_of("held").state
    told = [opens(f"held-{n}", key) for n in range(11)]
    assert [status for status, _ in told] == [200] * 10 + [429]
    assert "at most 10 connections" in told[-1][1]["detail"]
    assert len(Connections(state).all(now_ms())) == 10
    assert store.connection_index(state.client, state.name, "held-10", now_ms()) is None


def test_who_was_let_in_without_a_name_is_not_told_to_have_one_by_now(limited: None) -> None:
    assert opens("nameless", None, "10.9.9.9", channel="learning") == (200, {})
    told = says("nameless", type="auth", token=read_key("named"))
    assert (told["type"], told["code"]) == ("error", "CONFLICT")
    assert says("nameless", type="ping")["type"] == "pong"


def test_a_workspace_that_is_named_at_the_opening_has_to_be_that_of_the_first_message(limited: None) -> None:
    key = read_key("ours")
    for n, name in enumerate(("workspace", "workspace_id")):
        assert opens(f"theirs-{n}", None, "10.4.4.4", channel="events", **{name: "theirs"}) == (200, {})
        told = says(f"theirs-{n}", type="auth", token=key)
        assert (told["code"], told["detail"]) == ("FORBIDDEN", "workspace: is not the workspace of this key or token")
    assert opens("ours", None, "10.4.4.4", channel="events", workspace="ours") == (200, {})
    assert says("ours", type="auth", token=key)["type"] == "authenticated"


def test_who_says_again_who_they_are_is_believed_only_if_it_is_true(limited: None) -> None:
    key = read_key("again")
    assert opens("again", key, channel="events") == (200, {})
    assert says("again", type="auth", token=key)["type"] == "authenticated"
    told = {"nonsense": "UNAUTHORIZED", read_key("again"): "CONFLICT", read_key("again", "write"): "FORBIDDEN"}
    assert [says("again", type="auth", token=token)["code"] for token in told] == list(told.values())
    assert says("again", type="auth")["code"] == "UNAUTHORIZED"
    assert says("again", type="ping")["type"] == "pong"
