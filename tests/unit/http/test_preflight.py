"""A browser's page may send what the contracts' own clients send, to every route, whoever answers the preflight."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from belvedere.http import asgi
from belvedere.http.cors import listed
from belvedere.http.routes import ROUTES, Route
from belvedere.settings import settings
from learning.summary import handler

ORIGIN = "http://localhost:3000"
CLIENTS = ("accept", "authorization", "content-type", "x-user-id", "x-request-time", "x-api-key", "last-event-id")


@pytest.fixture(autouse=True)
def origins(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", f"http://localhost:5173,{ORIGIN}")
    settings.cache_clear()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_page_of_an_allowed_origin_may_send_the_headers_of_the_contracts_clients(route: Route) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": route.method,
             "Access-Control-Request-Headers": ", ".join(CLIENTS)}  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=asgi.application), base_url="http://t") as client:
        answer = await client.options(route.path, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert set(CLIENTS) <= {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert route.method in answer.headers["access-control-allow-methods"]


def preflight_of_lambda(origin: str) -> Any:
    """What a function answers to a preflight that its route, which takes any method, hands it."""
    http = {"method": "OPTIONS", "path": "/dashboard/summary", "sourceIp": "10.0.0.1", "protocol": "HTTP/1.1"}
    event = {"version": "2.0", "rawPath": "/dashboard/summary", "rawQueryString": "", "isBase64Encoded": False,
             "headers": {"origin": origin, "access-control-request-method": "GET", "host": "api.test"},
             "requestContext": {"http": http, "requestId": "r", "stage": "$default"}}  # fmt: skip
    return handler(event, SimpleNamespace(aws_request_id="a", memory_limit_in_mb=512))


def test_a_function_answers_a_preflight_that_reaches_it_without_asking_who_it_is() -> None:
    answer = preflight_of_lambda(ORIGIN)
    assert answer["statusCode"] == 204
    assert answer["headers"]["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in preflight_of_lambda("http://elsewhere.test")["headers"]


@pytest.mark.parametrize("text", ["http://a,http://b", " http://a , http://b ", '["http://a","http://b"]',
                                  "['http://a', 'http://b']"])  # fmt: skip
def test_origins_may_be_separated_by_commas_or_a_json_array(text: str) -> None:
    assert listed(text) == ["http://a", "http://b"]
