"""People, as an administrator keeps them: never a hash, never two with one name, never another workspace's."""

from typing import Any

import httpx
import pytest

from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

USERS = "/v1/directory/users"
SHOWN = {"user_id", "username", "email", "name", "role", "active", "has_password"}
STAMPS = {"version", "created_at", "updated_at"}


def create(served: Served, place: str = "demo", **body: Any) -> httpx.Response:
    return served.post(USERS, {"role": "viewer", **body}, key=served.key("admin", place))


def replace(served: Served, user_id: str, **body: Any) -> httpx.Response:
    return served.ask("PUT", f"{USERS}/{user_id}", json={"role": "viewer", **body}, key=served.key("admin"))


def test_a_user_is_made_and_shown_without_the_password(served: Served) -> None:
    answer = create(served, user_id="ada", email="ada@example.com", password="the first program")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{USERS}/ada"
    shown = answer.json()
    assert shown.keys() == SHOWN | STAMPS
    assert (shown["username"], shown["role"], shown["active"], shown["has_password"]) == ("ada", "viewer", True, True)
    assert served.get(f"{USERS}/ada", key=served.key("admin")).json() == shown
    listed = served.get(USERS, key=served.key("admin"))
    assert shown in listed.json()["users"]
    for text in (answer.text, listed.text):
        assert "scrypt" not in text
        assert "first program" not in text


def test_a_user_is_replaced_whole_but_for_the_password(served: Served) -> None:
    create(served, user_id="bob", email="bob@example.com", name="Bob", password="a long password")
    changed = replace(served, "bob", role="instructor", username="robert").json()
    told = [changed[field] for field in ("role", "username", "email", "name")]
    assert told == ["instructor", "robert", None, "bob"]
    assert (changed["has_password"], changed["version"]) == (True, 2)


def test_a_version_that_is_gone_is_not_replaced(served: Served) -> None:
    create(served, user_id="versioned")
    assert replace(served, "versioned", version=1).status_code == 200
    assert_refused(replace(served, "versioned", version=1), 409, "CONFLICT", "version 2")


def test_no_two_users_share_an_id_a_name_or_an_address(served: Served) -> None:
    create(served, user_id="first", username="the-first", email="first@example.com")
    for taken in (
        {"user_id": "first"},
        {"user_id": "second", "username": "THE-FIRST"},
        {"user_id": "second", "username": "first@example.com"},
        {"user_id": "second", "email": "First@Example.com"},
    ):
        assert_refused(create(served, **taken), 409, "CONFLICT")
    assert served.get(f"{USERS}/second", key=served.key("admin")).status_code == 404
    create(served, user_id="third")
    assert_refused(replace(served, "third", username="the-first"), 409, "CONFLICT")


def test_a_name_that_was_given_up_is_free(served: Served) -> None:
    create(served, user_id="old", username="nickname")
    assert replace(served, "old", username="formal").status_code == 200
    assert create(served, user_id="new", username="nickname").status_code == 201
    assert served.ask("DELETE", f"{USERS}/new", key=served.key("admin")).status_code == 204
    assert create(served, user_id="newer", username="nickname").status_code == 201


def test_what_does_not_exist_is_404(served: Served) -> None:
    admin = served.key("admin")
    assert_refused(served.get(f"{USERS}/nobody", key=admin), 404, "NOT_FOUND", "nobody")
    assert_refused(replace(served, "nobody"), 404, "NOT_FOUND", "nobody")
    assert_refused(served.ask("DELETE", f"{USERS}/nobody", key=admin), 404, "NOT_FOUND", "nobody")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user_id": "x", "role": "king"}, "role"),
        ({"user_id": "a/b"}, "user_id"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": "x", "email": "nowhere"}, "email"),
        ({"user_id": "x", "password": "short"}, "password"),
        ({"user_id": "x", "passwrd": "a long password"}, "passwrd"),
        ({"user_id": "x", "workspace": "theirs"}, "workspace"),
    ],
)
def test_what_is_wrong_is_named(served: Served, body: dict[str, str], field: str) -> None:
    assert_refused(create(served, **body), 422, "VALIDATION_ERROR", field)


def test_workspaces_know_nothing_of_each_others_people(served: Served) -> None:
    create(served, user_id="ours")
    assert create(served, "elsewhere", user_id="ours").status_code == 201
    theirs = served.key("admin", "elsewhere")
    assert [user["user_id"] for user in served.get(USERS, key=theirs).json()["users"]] == ["ours"]
    assert served.ask("DELETE", f"{USERS}/ours", key=theirs).status_code == 204
    assert served.get(f"{USERS}/ours", key=served.key("admin")).status_code == 200


def test_a_long_list_comes_in_pages(served: Served) -> None:
    for n in range(5):
        create(served, "paged", user_id=f"user-{n}")
    admin = served.key("admin", "paged")
    first = served.get(USERS, key=admin, limit=3).json()
    rest = served.get(USERS, key=admin, limit=3, cursor=first["cursor"]).json()
    assert [user["user_id"] for user in first["users"] + rest["users"]] == [f"user-{n}" for n in range(5)]
    assert rest["cursor"] is None


@pytest.mark.parametrize("scope", ["read", "write"])
def test_only_administrators_see_people(served: Served, scope: str) -> None:
    assert_refused(served.get(USERS, key=served.key(scope)), 403, "FORBIDDEN", "'admin'")
