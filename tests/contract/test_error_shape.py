"""The one shape of every error, on every route:

    {"error": title, "detail": text, "code": CODE, "timestamp": ISO 8601, "request_id": id, ...}

with `X-Request-ID` equal to `request_id`, whatever went wrong and wherever. An error may add fields, never change one.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import botocore.exceptions
import httpx
import pytest

from belvedere.auth import lookup
from belvedere.auth.api_key import SCOPES, new_key, permits
from belvedere.auth.lookup import KeyMemory, KeyRecord
from belvedere.http import asgi
from belvedere.http.routes import ROUTES, Route
from tests.unit.http.conftest import KEYS, environment, keys  # noqa: F401 - two are fixtures

DOCUMENTED = {"error", "detail", "code", "timestamp", "request_id"}


def scope_of(route: Route) -> str | None:
    return asgi.endpoint_of(route.module).scope_of(route.method, route.path)


KEYED = [route for route in ROUTES if scope_of(route)]
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=str)
EVERY_KEYED_ROUTE = pytest.mark.parametrize("route", KEYED, ids=str)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=asgi.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://board.test") as client:
        yield client


async def ask(client: httpx.AsyncClient, route: Route, key: str | None = None) -> httpx.Response:
    return await client.request(route.method, route.path, headers={"X-API-Key": key} if key else {})


def assert_is(answer: httpx.Response, status: int, code: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert body.keys() >= DOCUMENTED
    assert all(isinstance(body[name], str) and body[name] for name in DOCUMENTED)
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@EVERY_KEYED_ROUTE
async def test_without_a_key(client: httpx.AsyncClient, route: Route) -> None:
    answer = await ask(client, route)
    assert_is(answer, 401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@EVERY_KEYED_ROUTE
async def test_with_an_unknown_key(client: httpx.AsyncClient, route: Route) -> None:
    assert_is(await ask(client, route, new_key("admin")), 401, "UNAUTHORIZED")


@EVERY_KEYED_ROUTE
async def test_with_a_key_of_too_small_a_scope(client: httpx.AsyncClient, route: Route) -> None:
    needed = scope_of(route) or ""
    too_small = [KEYS[scope] for scope in SCOPES if not permits(scope, needed)]
    for key in too_small:
        answer = await ask(client, route, key)
        assert_is(answer, 403, "FORBIDDEN")
        assert f"needs '{needed}'" in answer.json()["detail"]


@EVERY_KEYED_ROUTE
async def test_while_the_directory_is_down(
    client: httpx.AsyncClient, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(key_hash: str) -> KeyRecord | None:
        raise botocore.exceptions.EndpointConnectionError(endpoint_url="a-secret-host")

    monkeypatch.setattr(lookup, "MEMORY", KeyMemory(down))
    answer = await ask(client, route, new_key("admin"))
    assert_is(answer, 503, "DATABASE_ERROR")
    assert int(answer.headers["retry-after"]) > 0
    assert "a-secret-host" not in answer.text


@EVERY_ROUTE
async def test_with_a_method_that_the_path_does_not_take(client: httpx.AsyncClient, route: Route) -> None:
    answer = await client.request("PATCH", route.path)
    assert_is(answer, 405, "METHOD_NOT_ALLOWED")
    assert route.method in answer.headers["allow"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nowhere", "/dashboard", "/dashboard/summary/", "/v1/events/1"])
async def test_where_there_is_nothing(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert_is(answer, 404, "NOT_FOUND")
    assert answer.json()["path"] == path
    assert "/dashboard/summary" in answer.json()["available_endpoints"]


@EVERY_ROUTE
async def test_when_the_code_itself_fails(
    client: httpx.AsyncClient, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret of the code")

    monkeypatch.setattr(asgi.endpoint_of(route.module).app, "middleware_stack", broken)
    answer = await ask(client, route, KEYS["admin"])
    assert_is(answer, 500, "INTERNAL_ERROR")
    assert "a secret of the code" not in answer.text
