"""What the productivity contract says of signing in, and of an optional bearer: absent is anonymous, wrong is 401.

The engine's own tests of signing in are in tests/contract/engine/test_sign_in.py."""

import re
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from belvedere.auth import passwords, people
from belvedere.auth.people import fetch_person
from belvedere.auth.secret import SECRET
from belvedere.auth.tokens import ACCESS, Claims, issue
from belvedere.boards.demo_accounts import create_demo_accounts
from belvedere.clock import SECOND_MS, now_ms
from belvedere.http import asgi
from belvedere.http.examples import examples
from belvedere.http.routes import ROUTES, Route
from belvedere.limits.limiter import limiter
from belvedere.storage.tables import tables
from tests import clock
from tests.contract.people import token_of
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

ACCOUNTS = {"demo": "demo123", "pilot": "pilot123", "admin": "admin123"}
BOTH = pytest.mark.parametrize("path", ["/auth/token", "/auth/refresh"])
OPTIONAL = [route for route in ROUTES if asgi.endpoint_of(route.module).public]
OF_THIS_BOARD = [route for route in OPTIONAL if route.module.startswith("productivity.")]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


ON_EVERY_OPTIONAL_ROUTE = pytest.mark.parametrize("route", OPTIONAL, ids=name)
ON_EVERY_ROUTE_OF_THIS_BOARD = pytest.mark.parametrize("route", OF_THIS_BOARD, ids=name)


@pytest.fixture(scope="module", autouse=True)
def accounts(served: Served) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "LOG2_N", 4)  # hashes that are quickly made
        create_demo_accounts(tables("demo"))
        yield


@pytest.fixture(autouse=True)
def patience_with_attempts(served: Served) -> None:
    """Each test starts with nobody having tried anything."""
    cache = tables("demo").cache
    for item in [*cache.query("demo#limits")]:
        cache.client.delete_item(TableName=cache.name, Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}})
    limiter.cache_clear()
    clock.stop(limiter())  # no attempt comes back while a test goes on
    people.MEMORY.forget()


def signed_in(served: Served, path: str, username: str, password: str) -> Any:
    return served.post(path, {"username": username, "password": password}, key="")


@BOTH
@pytest.mark.parametrize("name", ACCOUNTS)
def test_each_demo_account_gets_the_documented_token(served: Served, path: str, name: str) -> None:
    body = signed_in(served, path, name, ACCOUNTS[name]).json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 1800)
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["user_id"]) == (name, name)
    assert claims["exp"] > now_ms() // SECOND_MS


@BOTH
def test_expires_in_follows_the_setting(served: Served, path: str) -> None:
    with served.with_environment(ACCESS_TOKEN_EXPIRE_MINUTES="5"):
        body = signed_in(served, path, "demo", "demo123").json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == body["expires_in"] == 300


@BOTH
@pytest.mark.parametrize(("username", "password"), [("demo", "wrong"), ("nobody", "demo123")])
def test_wrong_credentials_are_the_documented_401(served: Served, path: str, username: str, password: str) -> None:
    answer = signed_in(served, path, username, password)
    assert assert_refused(answer, 401, "UNAUTHORIZED")["detail"] == "Invalid credentials"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@BOTH
@pytest.mark.parametrize("body", [{}, {"username": "demo"}, {"password": "demo123"}])
def test_a_missing_field_is_422(served: Served, path: str, body: dict[str, str]) -> None:
    assert_refused(served.post(path, body, key=""), 422, "VALIDATION_ERROR")


def test_a_token_is_refreshed_by_a_token_as_the_documents_say(served: Served) -> None:
    first = signed_in(served, "/auth/token", "demo", "demo123").json()
    following = served.post("/auth/refresh", {"refresh_token": first["refresh_token"]}, key="").json()
    assert following["access_token"] != first["access_token"]
    assert (following["token_type"], following["expires_in"]) == ("bearer", 1800)


def token(age_s: int = 0, secret: str | None = None) -> str:
    person = fetch_person("demo", "demo")
    claims = Claims("demo", "demo", "session", "token", stamp=person.stamp if person else "")
    issued = now_ms() // SECOND_MS - age_s
    return issue(ACCESS, claims, "analyst", secret=secret or SECRET.value(), now_s=issued, ttl_s=60)


WRONG = {
    "no token at all": ("nonsense", "Invalid token"),
    "what a script makes of nothing": ("undefined", "Invalid token"),
    "a token in pieces": ("a.b", "Invalid token"),
    "a token that cannot be read": ("a.b.c", "Invalid token"),
    "another secret": (lambda: token(secret="of somebody else, and long enough"), "Invalid token"),
    "too old": (lambda: token(age_s=3600), "Token has expired"),
}


def asked(served: Served, route: Route, authorization: str | None) -> Any:
    """What a route says to its own example, with a bearer or without."""
    example = examples().get(f"{route.method} {route.path}", {})
    given = dict(example.get("parameters", {}))
    path = route.path.format_map({name: given.pop(name) for name in re.findall(r"{(\w+)}", route.path)})
    headers = {"Authorization": f"Bearer {authorization}"} if authorization else {}
    return served.ask(route.method, path, key="", params=given, headers=headers)


@ON_EVERY_OPTIONAL_ROUTE
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_bearer_is_401_where_none_would_do(served: Served, route: Route, what: str) -> None:
    sent, detail = WRONG[what]
    with served.with_environment(PUBLIC_READ="true"):
        answer = asked(served, route, sent if isinstance(sent, str) else sent())
    assert assert_refused(answer, 401, "UNAUTHORIZED")["detail"] == detail
    assert answer.headers["www-authenticate"].startswith("Bearer")


@ON_EVERY_ROUTE_OF_THIS_BOARD
def test_without_a_bearer_a_caller_is_anonymous_where_that_is_allowed(served: Served, route: Route) -> None:
    with served.with_environment(PUBLIC_READ="true"):
        assert asked(served, route, None).status_code in (200, 204, 404)
    assert_refused(asked(served, route, None), 401, "UNAUTHORIZED")


@ON_EVERY_ROUTE_OF_THIS_BOARD
def test_with_a_bearer_a_caller_is_let_in(served: Served, route: Route) -> None:
    assert asked(served, route, token_of("demo")).status_code in (200, 204, 404)
