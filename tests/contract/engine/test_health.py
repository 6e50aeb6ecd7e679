"""GET /health and what the API says while some of its tables do not answer."""

import re
from typing import Any

import pytest

from belvedere.clock import HOUR_MS, MINUTE_MS, now_ms
from belvedere.http import asgi
from belvedere.http.examples import examples
from belvedere.http.routes import ROUTES, Route
from belvedere.storage.attributes import encode_item
from belvedere.storage.keys.state import HEALTH
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

DOCUMENTED = {
    "status": "healthy", "timestamp": "2026-01-01T00:00:00Z", "services": {"events": "healthy"},
    "database_connected": True, "prodlens_cache_exists": True,
}  # fmt: skip
TABLES = ("EVENTS_TABLE", "ROLLUPS_TABLE", "CACHE_TABLE", "STATE_TABLE", "DIRECTORY_TABLE")
JSON = "application/json"
KEYED = [route for route in ROUTES if asgi.endpoint_of(route.module).scope]


def test_all_is_well_and_nobody_needs_a_key_to_know(served: Served) -> None:
    answer = served.get("/health", key="")
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED)
    assert set(answer.json()["services"].values()) == {"healthy"}
    assert (answer.json()["database_connected"], answer.json()["prodlens_cache_exists"]) == (True, True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("note", "ago", "state"),
    [("failed_at", 4 * MINUTE_MS, "failing"), ("failed_at", 6 * MINUTE_MS, "healthy"),
     ("put_aside_at", 23 * HOUR_MS, "incomplete"), ("put_aside_at", 25 * HOUR_MS, "healthy")],
)  # fmt: skip
def test_trouble_that_the_fold_had_lately_degrades(served: Served, note: str, ago: int, state: str) -> None:
    with served.trouble_forgotten():
        served.dynamodb.put_item(
            TableName=served.tables["STATE_TABLE"],
            Item=encode_item({"pk": HEALTH.pk, "sk": HEALTH.sk, note: now_ms() - ago}),
        )
        answer = served.get("/health", key="")
        board = served.get("/dashboard/health", key="")
    assert answer.json()["services"]["fold"] == board.json()["fold"] == state
    assert answer.status_code == (200 if state == "healthy" else 206)
    assert answer.json()["status"] == ("healthy" if state == "healthy" else "degraded")


@pytest.mark.parametrize("table", ["CACHE_TABLE", "STATE_TABLE"])
def test_a_helper_that_is_down_degrades(served: Served, table: str) -> None:
    with served.with_environment(**{table: "gone"}):
        answer = served.get("/health", key="")
    assert (answer.status_code, answer.json()["status"]) == (206, "degraded")
    assert answer.json()["services"][table.removesuffix("_TABLE").lower()] == "unhealthy"
    assert answer.json()["services"]["fold"] == ("unknown" if table == "STATE_TABLE" else "healthy")
    assert answer.json()["database_connected"] is True, "what is down is a helper"


@pytest.mark.parametrize("table", ["EVENTS_TABLE", "ROLLUPS_TABLE", "DIRECTORY_TABLE"])
def test_without_an_essential_table_it_is_503_and_named(served: Served, table: str) -> None:
    name = table.removesuffix("_TABLE").lower()
    with served.with_environment(**{table: "gone"}):
        body = assert_refused(served.get("/health", key=""), 503, "SERVICE_UNAVAILABLE", name)
    assert (body["status"], body["services"][name]) == ("unhealthy", "unhealthy")
    assert (body["database_connected"], body["prodlens_cache_exists"]) == (False, table != "EVENTS_TABLE")


HEADERS = {"idempotency-key", "last-event-id"}  # of the parameters that examples have


@pytest.mark.parametrize("route", KEYED, ids=lambda route: f"{route.method} {route.path}")
def test_without_its_tables_every_route_says_when_to_come_back(served: Served, route: Route) -> None:
    key = served.key("admin")
    served.get("/v1/quarantine", key=key)  # known from now on
    with served.with_environment(**dict.fromkeys(TABLES, "gone")):
        answer = asked(served, route, key)
    code = "CACHE_ERROR" if route.path.startswith("/dashboard/cache/") else "DATABASE_ERROR"
    assert_refused(answer, 503, code, "try again")
    assert int(answer.headers["retry-after"]) > 0
    assert "gone" not in answer.text


def asked(served: Served, route: Route, key: str) -> Any:
    """What the route says to its own example."""
    example = examples().get(f"{route.method} {route.path}", {})
    given = dict(example.get("parameters", {}))
    path = route.path.format_map({name: given.pop(name) for name in re.findall(r"{(\w+)}", route.path)})
    headers = {name: given.pop(name) for name in HEADERS & given.keys()}
    body = example.get("body") or example.get("bodies", {}).get(JSON, {}).get("example")
    return served.ask(route.method, path, key=key, params=given, headers=headers,
                      **({"json": body} if body else {}))  # fmt: skip


def test_without_a_cache_answers_are_worked_out(served: Served) -> None:
    with served.with_environment(CACHE_TABLE="gone"):
        answer = served.get("/dashboard/summary")
    assert answer.status_code == 200
    assert answer.headers["x-cache"] == "miss"
