"""Deleting a person under /v1/directory/users."""

import httpx
import pytest

from belvedere.auth import passwords
from belvedere.auth.people import fetch_person
from belvedere.auth.tokens import Claims
from belvedere.boards.learning.directory.classes import classes_of_instructor, classes_of_student
from belvedere.boards.productivity.insights.dismissals import dismiss, dismissed
from belvedere.clock import DAY_MS, SECOND_MS, now_ms
from belvedere.storage.tables import tables
from tests.worlds.served import Served

USERS = "/v1/directory/users"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LOG2_N", 4)


def make(served: Served, user_id: str, role: str) -> None:
    body = {"user_id": user_id, "role": role, "password": "a long password"}
    assert served.post(USERS, body, key=served.key("admin")).status_code == 201


def delete(served: Served, user_id: str) -> None:
    assert served.ask("DELETE", f"{USERS}/{user_id}", key=served.key("admin")).status_code == 204


def users(served: Served, token: str) -> httpx.Response:
    return served.get(USERS, key="", headers={"Authorization": f"Bearer {token}"})


def test_the_tokens_of_a_deleted_user_are_nobodys_when_the_id_is_given_again(served: Served) -> None:
    make(served, "rex", "student")
    old = served.post("/auth/token", {"username": "rex", "password": "a long password"}, key="").json()
    delete(served, "rex")
    make(served, "rex", "admin")
    assert users(served, old["access_token"]).status_code == 401
    assert served.post("/auth/refresh", {"refresh_token": old["refresh_token"]}, key="").status_code == 401
    new = served.post("/auth/token", {"username": "rex", "password": "a long password"}, key="").json()
    assert users(served, new["access_token"]).status_code == 200


def test_another_issuers_token_from_before_the_deletion_is_not_the_new_users(served: Served) -> None:
    make(served, "sue", "student")
    before = Claims("sue", "demo", "", "external", now_ms() // SECOND_MS - 60)
    first = fetch_person("demo", "sue")
    assert first is not None
    assert first.accepts(before), "an issuer may know somebody before this Directory does"
    delete(served, "sue")
    make(served, "sue", "admin")
    second = fetch_person("demo", "sue")
    assert second is not None
    assert not second.accepts(before)
    assert second.accepts(Claims("sue", "demo", "", "external", now_ms() // SECOND_MS + 1))


def test_what_a_deleted_user_dismissed_is_shown_to_whoever_gets_the_id(served: Served) -> None:
    make(served, "tim", "analyst")
    state, now = tables("demo").state, now_ms()
    dismiss(state, "tim", "an-insight", now)
    dismiss(state, None, "for-everybody", now)
    delete(served, "tim")
    assert dismissed(state, "tim", ["an-insight"], now) == set()
    assert dismissed(state, "tim", ["for-everybody"], now + DAY_MS) == {"for-everybody"}


def test_whoever_is_deleted_is_in_no_class_any_more(served: Served) -> None:
    admin = served.key("admin")
    assert served.post("/v1/directory/users", {"user_id": "kim", "role": "instructor"}, key=admin).status_code == 201
    new = {"class_id": "left", "name": "Left", "instructors": ["kim"]}
    assert served.post("/v1/directory/classes", new, key=admin).status_code == 201
    mine = {"add": ["kim"], "remove": []}
    assert served.post("/v1/directory/classes/left/students", mine, key=admin).status_code == 200
    assert (classes_of_instructor("demo", "kim"), classes_of_student("demo", "kim")) == (("left",), ("left",))
    assert served.ask("DELETE", "/v1/directory/users/kim", key=admin).status_code == 204
    assert (classes_of_instructor("demo", "kim"), classes_of_student("demo", "kim")) == ((), ())
