"""The contract's rate limits: its table, its headers on success and on refusal, its body."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from belvedere.auth.keys import create_key
from belvedere.clock import SECOND_MS
from belvedere.http import asgi
from belvedere.http.routes import ROUTES
from belvedere.limits.limiter import limiter
from belvedere.limits.rules import rule_named
from tests import clock
from tests.contract.learning.school import WEEK
from tests.contract.learning.test_access import GROUPS, SERIES
from tests.contract.people import a_person
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

HOUR_S = 3600
LIMITED: dict[str, tuple[str, str, str, int, int]] = {  # method, path, limit_type, requests an hour, burst
    "summary": ("GET", "/dashboard/summary", "dashboard_summary", 100, 10),
    "timeseries": ("POST", "/dashboard/timeseries", "timeseries", 50, 5),
    "aggregation": ("POST", "/dashboard/aggregation", "aggregation", 30, 3),
}
ASKED: dict[str, dict[str, Any]] = {
    "summary": {"params": WEEK},
    "timeseries": {"json": SERIES},
    "aggregation": {"json": GROUPS},
}
ON_EVERY_LIMIT = pytest.mark.parametrize("route", LIMITED)
WIDE = {"/dashboard/metrics", "/dashboard/stream"}  # which are asked again all the time


@pytest.fixture
def present_s() -> Iterator[float]:
    """The limiter's time, epoch seconds, which stands still: nothing comes back while a test goes on."""
    limiter.cache_clear()
    yield clock.stop(limiter()) / SECOND_MS
    limiter.cache_clear()


@pytest.fixture
def limited(board: Served, present_s: float) -> Iterator[Served]:
    """The board as it is deployed: callers are held to their limits."""
    with board.with_environment(RATE_LIMIT_ENABLED="true"):
        yield board


@pytest.fixture
def key(board: Served) -> str:
    """A key that nobody has used yet."""
    return create_key("demo", "read", "limits").key


def ask(board: Served, route: str, **options: Any) -> httpx.Response:
    method, path, *_ = LIMITED[route]
    return board.ask(method, path, **{**ASKED[route], **options})


@ON_EVERY_LIMIT
def test_the_documented_burst_passes_and_the_next_request_is_refused(limited: Served, key: str, route: str) -> None:
    *_, kind, limit, burst = LIMITED[route]
    answers = [ask(limited, route, key=key) for _ in range(burst + 1)]
    assert [answer.status_code for answer in answers] == [200] * burst + [429]
    assert [answer.headers["x-ratelimit-limit"] for answer in answers] == [str(limit)] * (burst + 1)
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
    assert left == [*range(limit - 1, limit - 1 - burst, -1), 0]
    assert answers[-1].json()["limit_type"] == kind


@ON_EVERY_LIMIT
def test_the_reset_on_success_is_the_end_of_the_hour_that_the_first_request_began(
    limited: Served, key: str, route: str, present_s: float
) -> None:
    first, second = (ask(limited, route, key=key) for _ in range(2))
    reset = int(first.headers["x-ratelimit-reset"])
    assert reset == math.ceil(present_s) + HOUR_S
    assert int(second.headers["x-ratelimit-reset"]) == reset
    assert "retry-after" not in first.headers


@ON_EVERY_LIMIT
def test_a_refusal_has_the_documented_body_in_the_one_envelope(limited: Served, key: str, route: str) -> None:
    *_, kind, limit, burst = LIMITED[route]
    answers = [ask(limited, route, key=key) for _ in range(burst + 1)]
    body = assert_refused(answers[-1], 429, "RATE_LIMIT_EXCEEDED", str(limit), str(burst))
    assert body["error"] == "Rate limit exceeded"
    assert body["limit_type"] == kind
    assert 0 < body["retry_after"] <= HOUR_S // limit
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None


def test_a_refusal_says_truly_when_to_come_back(limited: Served, key: str, present_s: float) -> None:
    refused = [ask(limited, "aggregation", key=key) for _ in range(4)][-1]
    wait = int(refused.headers["retry-after"])
    assert wait == refused.json()["retry_after"]
    assert int(refused.headers["x-ratelimit-reset"]) == math.ceil(present_s + wait)
    again = ask(limited, "aggregation", key=key)
    assert again.headers["x-ratelimit-reset"] == refused.headers["x-ratelimit-reset"], "asking prolongs nothing"


def test_what_is_refused_costs_no_unit(limited: Served, key: str) -> None:
    answers = [ask(limited, "aggregation", key=key) for _ in range(4)]
    assert float(answers[0].headers["x-write-units"]) >= 1, "counting is a write, and is told"
    assert float(answers[3].headers["x-write-units"]) == 0


def test_each_class_of_requests_has_its_own_bucket(limited: Served, key: str) -> None:
    for _ in range(4):
        ask(limited, "aggregation", key=key)
    assert ask(limited, "timeseries", key=key).status_code == 200


def test_each_key_has_its_own_bucket(limited: Served, key: str) -> None:
    for _ in range(4):
        ask(limited, "aggregation", key=key)
    assert ask(limited, "aggregation", key=create_key("demo", "read", "another").key).status_code == 200


def test_a_header_that_anybody_can_write_makes_no_new_caller(limited: Served, key: str) -> None:
    invented = ({"X-User-ID": f"user-{n}", "X-Forwarded-For": f"192.0.2.{n}"} for n in range(4))
    answers = [ask(limited, "aggregation", key=key, headers=headers) for headers in invented]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]


def test_a_person_is_one_caller_with_every_token(limited: Served) -> None:
    tokens = [a_person("analyst", "busy-analyst") for _ in range(4)]
    assert len({token["Authorization"] for token in tokens}) == 4
    answers = [ask(limited, "aggregation", key="", headers=token) for token in tokens]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    other = ask(limited, "aggregation", key="", headers=a_person("analyst", "another-analyst"))
    assert other.status_code == 200


def test_the_anonymous_are_told_apart_by_their_address(board: Served, present_s: float) -> None:
    with board.with_environment(RATE_LIMIT_ENABLED="true", PUBLIC_READ="true"):
        answers = [ask(board, "aggregation", key="") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]


WRONG: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/dashboard/summary", {"params": {"preset": "never"}}, 422),
    ("POST", "/dashboard/timeseries", {"json": SERIES | {"granularity": "1s"}}, 422),
    ("POST", "/dashboard/aggregation", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
    ("POST", "/dashboard/export", {"params": {"export_format": "pdf", "data_type": "summary"}}, 422),
    ("POST", "/dashboard/analytics/statistical", {"json": {"analysis_type": "never"}}, 422),
]


@pytest.mark.parametrize(("method", "path", "asked", "status"), WRONG, ids=[path for _, path, *_ in WRONG])
def test_a_request_that_is_wrong_does_not_count(
    limited: Served, key: str, method: str, path: str, asked: dict[str, Any], status: int
) -> None:
    answers = [limited.ask(method, path, key=key, **asked) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert {answer.headers["x-ratelimit-remaining"] for answer in answers} == {answers[0].headers["x-ratelimit-limit"]}


def test_the_hours_one_export_is_still_there_after_a_request_that_was_wrong(limited: Served, key: str) -> None:
    wrong = {"export_format": "pdf", "data_type": "summary"}
    assert limited.ask("POST", "/dashboard/export", key=key, params=wrong).status_code == 422
    good = wrong | {"export_format": "json"} | WEEK
    answers = [limited.ask("POST", "/dashboard/export", key=key, params=good) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[0].headers["x-ratelimit-remaining"] == "4"
    assert limited.ask("POST", "/dashboard/export", key=key, params=wrong).status_code == 429, "no way around a wait"


def test_what_was_understood_and_refused_counts(limited: Served) -> None:
    student = a_person("student", "counted-student")
    asked = {"params": WEEK | {"user_ids": "somebody-else"}, "key": "", "headers": student}
    answer = limited.ask("GET", "/dashboard/summary", **asked)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "99")


def test_who_is_not_let_in_is_not_counted(limited: Served) -> None:
    answer = ask(limited, "summary", key="bv_read_" + "x" * 43)
    assert answer.status_code == 401
    assert "x-ratelimit-limit" not in answer.headers


def test_a_limiter_that_is_down_lets_everybody_pass(limited: Served, key: str) -> None:
    ask(limited, "aggregation", key=key)  # the key is known from now on
    limiter.cache_clear()
    with limited.with_environment(RATE_LIMIT_ENABLED="true", CACHE_TABLE="gone"):
        answers = [ask(limited, "aggregation", key=key) for _ in range(5)]
    limiter.cache_clear()
    assert [answer.status_code for answer in answers] == [200] * 5
    assert all("x-ratelimit-limit" not in answer.headers for answer in answers)


def test_limits_can_be_switched_off(board: Served, key: str) -> None:
    answers = [ask(board, "aggregation", key=key) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert "x-ratelimit-limit" not in answers[0].headers


BOARD_ROUTES = [route for route in ROUTES if route.path.startswith("/dashboard/")]
OTHER_ROUTES = [route for route in ROUTES if route not in BOARD_ROUTES]


@pytest.mark.parametrize("route", BOARD_ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_of_the_board_but_health_is_limited_as_the_contract_says(route: Any) -> None:
    limit = asgi.endpoint_of(route.module).limit_of(route.method, route.path)
    assert (limit is None) == (route.path == "/dashboard/health")
    assert limit is None or (rule_named(limit).name == limit and (limit == "read") == (route.path in WIDE))


@pytest.mark.parametrize("route", OTHER_ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_other_routes_that_know_their_caller_have_wide_limits(route: Any) -> None:
    endpoint = asgi.endpoint_of(route.module)
    limit, scope = endpoint.limit_of(route.method, route.path), endpoint.scope_of(route.method, route.path)
    own = {"/v1/query": "query", "/v1/audit": "audit"}
    if route.method == "POST" and route.path.startswith("/api/v1/dashboard/export"):
        own[route.path] = "export_job"
    assert limit == (own.get(route.path) or {None: None, "write": "ingest"}.get(scope, scope))
