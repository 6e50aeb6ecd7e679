"""Which connections end before their time: those of revoked keys and changed people, and those of nobody."""

from typing import Any

import pytest

from belvedere.auth.keys import create_key, revoke_key
from belvedere.auth.people import fetch_person
from belvedere.auth.user_requests import NewUserBody, UserBody
from belvedere.auth.users import create_user, delete_user, replace_user
from belvedere.clock import MINUTE_MS, SECOND_MS, now_ms
from belvedere.realtime.connections.ending import AUTH_TIMED_OUT, Ending, lapsed
from belvedere.realtime.connections.store import Connection
from belvedere.realtime.connections.waiting import pending_auth
from belvedere.realtime.push import service
from belvedere.storage.tables import tables as tables_of
from tests.integration.realtime.connections.test_handlers import limited, opens, read_key, says
from tests.worlds.room import Room

__all__ = ["limited"]


def of_key(room: Room, key_id: str) -> Connection:
    return Connection(key_id, room.workspace, key_id, now_ms())


def of_person(room: Room, user: str, role: str = "analyst", **body: Any) -> Connection:
    create_user(room.tables, NewUserBody.model_validate({"user_id": user, "role": role, **body}))
    return connection_of(room, user, role)


def connection_of(room: Room, user: str, role: str = "analyst") -> Connection:
    person = fetch_person(room.workspace, user)
    assert person is not None
    return Connection(user, room.workspace, user, now_ms(), user, role, stamp=person.stamp)


def test_a_connection_ends_when_its_key_is_revoked(room: Room) -> None:
    kept, revoked = (of_key(room, create_key(room.workspace, "read", "a listener").key_id) for _ in range(2))
    assert lapsed([kept, revoked]) == []
    revoke_key(room.workspace, revoked.id)
    assert lapsed([kept, revoked]) == [revoked]


def test_a_connection_ends_when_its_person_is_not_any_more_who_they_were(room: Room) -> None:
    people = {name: of_person(room, name) for name in ("same", "gone", "off", "demoted", "renewed", "renamed")}
    assert lapsed(people.values()) == []
    delete_user(room.tables, "gone")
    changes = {"off": {"active": False}, "demoted": {"role": "viewer"}, "renamed": {"name": "Ada"},
               "renewed": {"username": "renewed", "password": "another password"}}  # fmt: skip
    for name, change in changes.items():
        replace_user(room.tables, name, UserBody.model_validate({"role": "analyst", **change}))
    assert [one.id for one in lapsed(people.values())] == ["gone", "off", "demoted", "renewed"]
    assert lapsed([connection_of(room, "renewed")]) == [], "with the new password"


def test_a_connection_ends_when_its_person_is_somebody_else_under_the_same_id(room: Room) -> None:
    former = of_person(room, "reused")
    delete_user(room.tables, "reused")
    now = of_person(room, "reused")
    assert lapsed([former, now]) == [former]


def test_the_anonymous_have_no_rights_to_lose(room: Room) -> None:
    assert lapsed([Connection("a", room.workspace, "ip:10.0.0.1", now_ms(), role="viewer")]) == []


def test_who_has_not_said_in_time_who_they_are_is_told_so_and_sent_away(
    limited: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, ended = {}, []
    monkeypatch.setattr(service, "ending", lambda: Ending(told.update, ended.append, now_ms))
    for name in ("silent", "says", "leaves"):
        assert opens(name, None, "10.5.5.5") == (200, {})
    assert says("says", type="auth", token=read_key("named"))["type"] == "authenticated"
    from realtime import disconnect

    disconnect.handler({"requestContext": {"connectionId": "leaves", "eventType": "DISCONNECT"}}, None)
    assert service.close_unauthenticated(now_ms() + 30 * SECOND_MS) == 0
    later = now_ms() + MINUTE_MS
    assert service.close_unauthenticated(later) >= 1
    assert "silent" in ended
    assert not {"says", "leaves"} & {*ended}
    assert AUTH_TIMED_OUT.detail.encode() in told["silent"][0]
    state = tables_of("demo").state
    assert pending_auth(state.client, state.name, later) == []
