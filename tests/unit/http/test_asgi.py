"""The combined application: the same endpoints, in one process, behind CORS."""

from collections.abc import AsyncIterator

import httpx
import pytest

from belvedere.http import asgi
from belvedere.http.cors import Cors
from belvedere.http.openapi import document
from belvedere.http.routes import ROUTES
from belvedere.settings import SettingsError, settings


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=asgi.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://board.test") as client:
        yield client


@pytest.fixture
def origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.test, https://b.test")
    settings.cache_clear()


async def test_an_unknown_path_is_answered_with_what_there_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status_code == 404
    body = answer.json()
    assert (body["error"], body["code"], body["path"]) == ("Not found", "NOT_FOUND", "/nowhere")
    assert "/dashboard/summary" in body["available_endpoints"]


async def test_another_method_is_answered_with_those_that_work(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"
    assert "/v1/events takes POST, not DELETE" in answer.json()["detail"]


async def test_a_request_that_came_without_lambda_costs_no_lambda(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.headers["x-cost-nano-usd"] == "0"


async def test_a_configured_origin_may_read_the_answer(client: httpx.AsyncClient, origins: None) -> None:
    answer = await client.get("/nowhere", headers={"Origin": "https://b.test"})
    assert answer.headers["access-control-allow-origin"] == "https://b.test"
    assert answer.headers["access-control-expose-headers"] == "*"
    assert "Origin" in answer.headers["vary"]


async def test_another_origin_may_not(client: httpx.AsyncClient, origins: None) -> None:
    answer = await client.get("/nowhere", headers={"Origin": "https://evil.test"})
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


async def test_a_preflight_is_answered_for_a_configured_origin(client: httpx.AsyncClient, origins: None) -> None:
    asked = {"Origin": "https://a.test", "Access-Control-Request-Method": "GET"}
    answer = await client.options("/dashboard/summary", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://a.test"
    assert "x-api-key" in answer.headers["access-control-allow-headers"]
    assert "GET" in answer.headers["access-control-allow-methods"]


async def test_a_preflight_of_another_origin_allows_nothing(client: httpx.AsyncClient, origins: None) -> None:
    asked = {"Origin": "https://evil.test", "Access-Control-Request-Method": "GET"}
    answer = await client.options("/dashboard/summary", headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("allowed", ["*", "https://a.test"])
async def test_credentials_are_never_allowed(allowed: str) -> None:
    transport = httpx.ASGITransport(app=Cors(asgi.dispatch, [allowed]))
    async with httpx.AsyncClient(transport=transport, base_url="http://board.test") as client:
        answer = await client.get("/nowhere", headers={"Origin": "https://a.test"})
    assert answer.headers["access-control-allow-origin"] == allowed
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_container_with_missing_settings_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENTS_TABLE")
    settings.cache_clear()

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.startup"}

    async def send(message: object) -> None: ...

    with pytest.raises(SettingsError, match="events_table"):
        await asgi.application({"type": "lifespan"}, receive, send)


async def test_the_openapi_document_describes_every_route_with_the_one_error(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    for route in ROUTES:
        operation = described["paths"][route.path][route.method.lower()]
        assert operation["responses"]["default"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/Error"
        }
        assert "422" not in operation["responses"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


async def test_the_openapi_document_says_which_routes_need_a_key(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    assert described["paths"]["/health"]["get"]["security"] == []
    assert {"apiKey": []} in described["paths"]["/v1/events"]["post"]["security"]


async def test_the_documentation_page_loads_the_document(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "/openapi.json" in page.text


def test_the_document_is_made_once() -> None:
    assert document(asgi.endpoint_of) is document(asgi.endpoint_of)
