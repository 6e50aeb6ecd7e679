"""The contract's browser client, on its own origins: reading, signing in, and the preflights before that."""

import httpx
import pytest

from belvedere.http.routes import ROUTES, Route
from tests.worlds.served import Served

ORIGINS = ("http://localhost:5173", "http://localhost:3000", "http://127.0.0.1:5173")
ALLOWED = pytest.mark.parametrize("cors", ["*", ", ".join(ORIGINS)], ids=["any origin", "the contract's origins"])
EVERY_ORIGIN = pytest.mark.parametrize("origin", ORIGINS)


def preflight(served: Served, path: str, method: str, origin: str) -> httpx.Response:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization, content-type"}
    return served.ask("OPTIONS", path, key="", headers={"Origin": origin, **asked})


def names(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers[header].split(",")}


@ALLOWED
@EVERY_ORIGIN
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_preflight_allows_every_method_and_header_of_the_contract(
    served: Served, origin: str, method: str, cors: str
) -> None:
    with served.with_environment(CORS_ORIGINS=cors):
        answer = preflight(served, "/api/metrics", method, origin)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] in (origin, "*")
    assert method.lower() in names(answer, "access-control-allow-methods")
    assert {"authorization", "content-type"} <= names(answer, "access-control-allow-headers")
    assert answer.headers["access-control-max-age"] == "600"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_has_its_preflight(served: Served, route: Route) -> None:
    with served.with_environment(CORS_ORIGINS="*"):
        answer = preflight(served, route.path, route.method, ORIGINS[0])
    assert answer.status_code == 204
    assert route.method.lower() in names(answer, "access-control-allow-methods")


@ALLOWED
@EVERY_ORIGIN
@pytest.mark.parametrize("path", ["/", "/health", "/api/metrics", "/nowhere"])
def test_an_answer_may_be_read_there_and_so_may_a_refusal(served: Served, origin: str, path: str, cors: str) -> None:
    with served.with_environment(CORS_ORIGINS=cors):
        keys = (served.key(), "bv_read_" + "x" * 43)
        answers = [served.get(path, key=key, headers={"Origin": origin}) for key in keys]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} <= {origin, "*"}


def test_another_origin_reads_nothing_where_origins_are_named(served: Served) -> None:
    with served.with_environment(CORS_ORIGINS=", ".join(ORIGINS)):
        answers = [
            preflight(served, "/api/metrics", "GET", "http://evil.test"),
            served.get("/health", key="", headers={"Origin": "http://evil.test"}),
        ]
    assert [answer.status_code for answer in answers] == [204, 200]
    assert not [answer for answer in answers if "access-control-allow-origin" in answer.headers]


def test_nobody_is_known_by_a_cookie(served: Served) -> None:
    """A browser sends cookies only where that is allowed, and a key in one opens nothing."""
    with served.with_environment(CORS_ORIGINS="*"):
        answer = served.get("/v1/usage", key="", headers={"Origin": ORIGINS[0], "Cookie": f"token={served.key()}"})
    assert answer.status_code == 401
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
