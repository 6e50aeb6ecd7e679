"""Signing in, going on, and what ends it: the documented answers, one answer for whatever was wrong, and limits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest

import belvedere.clock
from belvedere.auth import login, passwords, people
from belvedere.auth.secret import SECRET
from belvedere.auth.tokens import ACCESS, Claims, issue
from belvedere.auth.viewer import EDGE, SECRET_HEADER, VIEWER_HEADER
from belvedere.boards.demo_accounts import PASSWORDS, create_demo_accounts
from belvedere.clock import SECOND_MS, now_ms
from belvedere.errors import Forbidden
from belvedere.limits.limiter import limiter
from belvedere.storage.keys import Key
from belvedere.storage.keys.cache import DEPLOYMENT
from belvedere.storage.tables import tables
from tests import clock
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

DOCUMENTED = {"access_token": "a.b.c", "token_type": "bearer", "expires_in": 1800}
USERS = "/v1/directory/users"


@pytest.fixture(scope="module", autouse=True)
def accounts(served: Served) -> Iterator[None]:
    """The demo accounts, as `make up` makes them, with hashes that are quickly made."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "LOG2_N", 4)
        create_demo_accounts(tables("demo"))
        yield


@pytest.fixture(autouse=True)
def patience_with_attempts(served: Served) -> Iterator[None]:
    """Each test starts with nobody having tried anything."""
    for workspace in ("demo", DEPLOYMENT):
        cache = tables(workspace).cache
        cache.delete_all(Key(str(item["pk"]), str(item["sk"])) for item in [*cache.query(f"{workspace}#limits")])
    limiter.cache_clear()
    clock.stop(limiter())  # no attempt comes back while a test goes on
    people.MEMORY.forget()
    yield
    limiter.cache_clear()


def sign_in(served: Served, username: str, password: str, **more: Any) -> httpx.Response:
    return served.post("/auth/token", {"username": username, "password": password, **more}, key="")


def refresh(served: Served, **body: Any) -> httpx.Response:
    return served.post("/auth/refresh", body, key="")


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def replace(served: Served, user_id: str, **body: Any) -> None:
    assert served.ask("PUT", f"{USERS}/{user_id}", json=body, key=served.key("admin")).status_code == 200


def summary(served: Served, token: str) -> httpx.Response:
    return served.get("/dashboard/summary", key="", headers={"Authorization": f"Bearer {token}"})


def a_user(served: Served, user_id: str, role: str = "analyst", **more: Any) -> dict[str, Any]:
    body = {"user_id": user_id, "role": role, "password": "a long password", **more}
    answer = served.post(USERS, body, key=served.key("admin"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("name", PASSWORDS)
def test_every_demo_account_signs_in_and_is_let_in(served: Served, name: str) -> None:
    answer = sign_in(served, name, PASSWORDS[name])
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED | {"refresh_token": "a.b.c", "refresh_expires_in": 1})
    assert answer.json() | DOCUMENTED | {"access_token": answer.json()["access_token"]} == answer.json()
    assert summary(served, answer.json()["access_token"]).status_code == 200


def test_a_token_ends_when_it_is_told_to(served: Served) -> None:
    body = sign_in(served, "demo", "demo123").json()
    access, following = claims(body["access_token"]), claims(body["refresh_token"])
    assert access["exp"] - access["iat"] == body["expires_in"] == 1800
    assert following["exp"] - following["iat"] == body["refresh_expires_in"]
    assert access["sub"] == access["user_id"] == "demo"
    assert {access["typ"], following["typ"]} == {"access", "refresh"}


@pytest.mark.parametrize(("username", "password"), [("demo", "wrong"), ("demo", "demo1234"), ("nobody", "demo123")])
def test_whatever_was_wrong_the_answer_is_the_same(served: Served, username: str, password: str) -> None:
    answer = sign_in(served, username, password)
    body = assert_refused(answer, 401, "UNAUTHORIZED")
    assert body["detail"] == "Invalid credentials"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("body", [{}, {"username": "demo"}, {"password": "x"}, {"username": "", "password": "x"}, []])
def test_a_body_that_lacks_something_is_422(served: Served, body: Any) -> None:
    assert_refused(served.post("/auth/token", body, key=""), 422, "VALIDATION_ERROR")


def test_a_name_is_taken_in_either_case_and_so_is_the_address(served: Served) -> None:
    a_user(served, "Grace", email="Grace@example.com")
    for name in ("grace", "GRACE", "grace@EXAMPLE.com"):
        assert sign_in(served, name, "a long password").status_code == 200


def test_a_user_of_another_workspace_names_it(served: Served) -> None:
    body = {"user_id": "eve", "role": "viewer", "password": "a long password"}
    assert served.post(USERS, body, key=served.key("admin", "elsewhere")).status_code == 201
    assert sign_in(served, "eve", "a long password").status_code == 401
    told = sign_in(served, "eve", "a long password", workspace="elsewhere").json()
    assert claims(told["access_token"])["workspace"] == "elsewhere"


def test_a_refresh_token_gives_the_next_pair(served: Served) -> None:
    first = sign_in(served, "demo", "demo123").json()
    answer = refresh(served, refresh_token=first["refresh_token"])
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED | {"refresh_token": "a.b.c"})
    assert answer.json()["access_token"] != first["access_token"]
    assert refresh(served, refresh_token=answer.json()["refresh_token"]).status_code == 200


def test_name_and_password_are_taken_for_a_refresh_as_the_contract_has_it(served: Served) -> None:
    assert_like(refresh(served, username="demo", password="demo123").json(), DOCUMENTED)
    assert refresh(served, username="demo", password="wrong").status_code == 401


BOTH = {"refresh_token": "a.b.c", "username": "a", "password": "b"}


@pytest.mark.parametrize("body", [{}, {"username": "demo"}, BOTH])
def test_a_refresh_takes_the_one_or_the_other(served: Served, body: dict[str, str]) -> None:
    assert_refused(refresh(served, **body), 422, "VALIDATION_ERROR", "refresh_token")


def test_a_refresh_token_that_comes_twice_ends_its_session_and_no_other(served: Served) -> None:
    stolen, other = sign_in(served, "demo", "demo123").json(), sign_in(served, "demo", "demo123").json()
    following = refresh(served, refresh_token=stolen["refresh_token"]).json()
    assert_refused(refresh(served, refresh_token=stolen["refresh_token"]), 401, "UNAUTHORIZED", "taken before")
    assert_refused(refresh(served, refresh_token=following["refresh_token"]), 401, "UNAUTHORIZED")
    assert refresh(served, refresh_token=other["refresh_token"]).status_code == 200


def test_a_kind_of_token_does_not_stand_for_the_other(served: Served) -> None:
    body = sign_in(served, "demo", "demo123").json()
    assert summary(served, body["refresh_token"]).status_code == 401
    assert refresh(served, refresh_token=body["access_token"]).status_code == 401


def test_who_is_switched_off_neither_signs_in_nor_goes_on(served: Served) -> None:
    a_user(served, "leaver")
    body = sign_in(served, "leaver", "a long password").json()
    replace(served, "leaver", role="analyst", active=False)
    assert_refused(sign_in(served, "leaver", "a long password"), 401, "UNAUTHORIZED", "Invalid credentials")
    assert summary(served, body["access_token"]).status_code == 401
    assert refresh(served, refresh_token=body["refresh_token"]).status_code == 401


def test_a_new_password_voids_what_was_given_before_in_the_same_instant(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_ns = now_ms() * 1_000_000
    monkeypatch.setattr(belvedere.clock, "time_ns", lambda: present_ns)
    a_user(served, "careful")
    before = sign_in(served, "careful", "a long password").json()
    replace(served, "careful", role="analyst", password="another long password")
    assert summary(served, before["access_token"]).status_code == 401
    assert refresh(served, refresh_token=before["refresh_token"]).status_code == 401
    assert sign_in(served, "careful", "a long password").status_code == 401
    after = sign_in(served, "careful", "another long password").json()
    assert summary(served, after["access_token"]).status_code == 200


def test_being_switched_off_ends_sessions_also_for_who_is_switched_on_again(served: Served) -> None:
    a_user(served, "paused")
    body = sign_in(served, "paused", "a long password").json()
    replace(served, "paused", role="analyst", active=False)
    replace(served, "paused", role="analyst", active=True)
    assert summary(served, body["access_token"]).status_code == 401
    assert refresh(served, refresh_token=body["refresh_token"]).status_code == 401


def test_a_new_token_is_taken_by_a_process_that_remembers_its_user_as_they_were(served: Served) -> None:
    a_user(served, "quick")
    token = sign_in(served, "quick", "a long password").json()["access_token"]
    assert summary(served, token).status_code == 200
    remembered = people.MEMORY.find(people.person_name("demo", "quick"))
    replace(served, "quick", role="analyst", password="another long password")
    new_token = sign_in(served, "quick", "another long password").json()["access_token"]
    people.MEMORY._remember(people.person_name("demo", "quick"), remembered, people.MEMORY._seconds())
    assert summary(served, new_token).status_code == 200
    assert summary(served, token).status_code == 401


def test_a_new_role_holds_for_tokens_given_before(served: Served) -> None:
    a_user(served, "promoted", role="viewer")
    token = sign_in(served, "promoted", "a long password").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert served.get("/v1/usage", key="", headers=headers).status_code == 403
    replace(served, "promoted", role="analyst")
    assert served.get("/v1/usage", key="", headers=headers).status_code == 200


def test_a_user_who_is_gone_is_nobody(served: Served) -> None:
    a_user(served, "gone")
    token = sign_in(served, "gone", "a long password").json()["access_token"]
    assert served.ask("DELETE", f"{USERS}/gone", key=served.key("admin")).status_code == 204
    assert_refused(summary(served, token), 401, "UNAUTHORIZED", "gone")
    assert sign_in(served, "gone", "a long password").status_code == 401


def test_a_user_without_a_password_does_not_sign_in(served: Served) -> None:
    served.post(USERS, {"user_id": "external", "role": "viewer"}, key=served.key("admin"))
    assert sign_in(served, "external", "None").status_code == 401


def test_a_token_for_a_workspace_that_its_user_is_not_in_opens_nothing(served: Served) -> None:
    claims = Claims("demo", "elsewhere", "session", "token")
    token = issue(ACCESS, claims, "admin", secret=SECRET.value(), now_s=now_ms() // SECOND_MS, ttl_s=60)
    assert_refused(summary(served, token), 401, "UNAUTHORIZED")


def test_guessing_one_name_is_slowed_down_and_so_is_the_right_password(served: Served) -> None:
    answers = [sign_in(served, "pilot", f"guess-{n}") for n in range(10)]
    assert {answer.status_code for answer in answers} == {401}
    body = assert_refused(sign_in(served, "Pilot", "pilot123"), 429, "RATE_LIMIT_EXCEEDED")
    assert (body["limit_type"], 0 < body["retry_after"] <= 60) == ("login_name", True)
    assert sign_in(served, "demo", "demo123").status_code == 200, "others are not held up"


def test_whoever_knows_the_password_signs_in_as_often_as_they_like(served: Served) -> None:
    assert {sign_in(served, "pilot", "pilot123").status_code for _ in range(35)} == {200}


def test_guessing_many_names_from_one_address_is_slowed_down(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "is_password", lambda *_: False)  # so that no token comes back meanwhile
    answers = [sign_in(served, f"name-{n}", "x") for n in range(31)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert answers[-1].json()["limit_type"] == "login_address"


def test_guessing_over_invented_workspaces_is_counted_by_address_and_leaves_no_row_for_each(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(login, "is_password", lambda password, _: hashed.append(password))
    answers = [sign_in(served, f"name-{n % 5}", "x", workspace=f"invented-{n}") for n in range(70)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429] * 40
    assert len(hashed) == 30, "whoever is refused costs no hash"
    names = served.dynamodb.scan(TableName=served.tables["CACHE_TABLE"], ProjectionExpression="pk")["Items"]
    assert not [item for item in names if item["pk"]["S"].startswith("invented-")]
    assert len([*tables(DEPLOYMENT).cache.query(f"{DEPLOYMENT}#limits")]) == 6, "five names and an address"


def test_one_name_is_slowed_down_in_every_workspace_that_there_is_not(served: Served) -> None:
    answers = [sign_in(served, "nobody", "x", workspace=f"invented-{n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json()["limit_type"] == "login_name"


def test_attempts_that_come_all_at_once_are_counted_all_the_same(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "is_password", lambda *_: False)
    limiter()._breaker._open_until = float("inf")  # as after a moment in which the table was overloaded
    with ThreadPoolExecutor(8) as at_once:
        answers = [*at_once.map(lambda n: sign_in(served, "pilot", f"guess-{n}").status_code, range(20))]
    assert answers.count(401) <= 10
    assert {*answers} <= {401, 429, 503}


def test_nobody_signs_in_uncounted(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    monkeypatch.setattr(login, "is_password", lambda password, _: checked.append(password))
    limiter.cache_clear()
    with served.with_environment(CACHE_TABLE="gone"):
        answer = sign_in(served, "demo", "demo123")
    limiter.cache_clear()
    assert (answer.status_code, checked) == (503, [])


EDGE_SECRET = "the edge's own/secret+97-of-characters"


def through_the_edge(served: Served, viewer: str, secret: str = EDGE_SECRET) -> int:
    headers = {SECRET_HEADER: secret, VIEWER_HEADER: viewer}
    body = {"username": f"name-of-{viewer}", "password": "x"}
    return served.post("/auth/token", body, key="", headers=headers).status_code


def test_behind_the_edge_each_viewer_is_counted_and_nobody_else_invents_one(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "is_password", lambda *_: False)
    with served.with_environment(EDGE_SECRET=EDGE_SECRET):
        EDGE.forget()
        assert {through_the_edge(served, f"198.51.100.{n}") for n in range(31)} == {401}
        assert {through_the_edge(served, "not an address", "not the secret") for _ in range(1)} == {401}
        invented = [through_the_edge(served, f"203.0.113.{n}", "not the secret") for n in range(30)]
        assert invented == [401] * 29 + [429], "one address, whatever it says"
    EDGE.forget()


def test_outside_development_demo_accounts_are_neither_made_nor_let_in(served: Served) -> None:
    a_user(served, "real")
    with served.with_environment(BELVEDERE_ENVIRONMENT="production", JWT_SECRET="a-secret/of+97dice,32characters!"):
        SECRET.forget()
        assert sign_in(served, "real", "a long password").status_code == 200
        assert_refused(sign_in(served, "demo", "demo123"), 401, "UNAUTHORIZED", "Invalid credentials")
        claims = Claims("demo", "demo", "session", "token")
        token = issue(ACCESS, claims, "analyst", secret=SECRET.value(), now_s=now_ms() // SECOND_MS, ttl_s=60)
        assert summary(served, token).status_code == 401
        with pytest.raises(Forbidden, match="development only"):
            create_demo_accounts(tables("demo"))
    SECRET.forget()
