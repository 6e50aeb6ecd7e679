"""Who may ask the learning board, in which documented ways, and how everybody else is refused."""

import base64
from typing import Any

import pytest

from tests.contract.learning.school import WEEK, among, totals
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

SERIES = {"metrics": ["interaction_count"], "time_range": WEEK}
GROUPS = {"dimensions": ["agent_type"], "metrics": ["interaction_count"], "time_range": WEEK}
ROUTES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "summary": ("GET", "/dashboard/summary", {"params": WEEK}),
    "timeseries": ("POST", "/dashboard/timeseries", {"json": SERIES}),
    "aggregation": ("POST", "/dashboard/aggregation", {"json": GROUPS}),
}
ON_EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES)
ON_EVERY_POST = pytest.mark.parametrize("route", ["timeseries", "aggregation"])


def ask(board: Served, route: str, **options: Any) -> Any:
    method, path, asked = ROUTES[route]
    return board.ask(method, path, **{**asked, **options})


@pytest.mark.parametrize(
    "form",
    [
        lambda key: {"X-API-Key": key},
        lambda key: {"Authorization": f"Bearer {key}", "X-User-ID": "user_123"},
        lambda key: {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()},
    ],
    ids=["X-API-Key", "Bearer", "Basic"],
)
@ON_EVERY_ROUTE
def test_a_key_is_taken_in_every_documented_header(board: Served, route: str, form: Any) -> None:
    assert ask(board, route, key="", headers=form(board.key())).status_code == 200


def test_a_key_is_taken_as_the_documented_token_of_the_query(board: Served) -> None:
    answer = board.get("/dashboard/summary", key="", **WEEK, user_id="user_123", token=board.key())
    assert answer.json()["summary"] == pytest.approx(totals(among(*WEEK.values())))


@ON_EVERY_ROUTE
def test_two_different_keys_are_refused_rather_than_guessed_between(board: Served, route: str) -> None:
    other = board.key(workspace="stranger")
    answer = ask(board, route, headers={"Authorization": f"Bearer {other}"})
    assert_refused(answer, 401, "UNAUTHORIZED")


@ON_EVERY_ROUTE
def test_a_write_key_reads_nothing(board: Served, route: str) -> None:
    body = assert_refused(ask(board, route, key=board.key("write")), 403, "FORBIDDEN", "'write'", "'read'")
    assert body["needed"] == "read"


@ON_EVERY_ROUTE
def test_an_admin_key_reads(board: Served, route: str) -> None:
    assert ask(board, route, key=board.key("admin")).status_code == 200


@ON_EVERY_ROUTE
def test_without_a_key_nothing_is_told(board: Served, route: str) -> None:
    answer = ask(board, route, key="")
    assert_refused(answer, 401, "UNAUTHORIZED", "X-API-Key", "Bearer")
    assert answer.headers["www-authenticate"].startswith("Bearer")


# Authentication is optional in the contract: anybody reads the demo workspace, in development and where it is said.


@ON_EVERY_ROUTE
def test_where_public_read_is_on_anybody_reads_the_demo_workspace(board: Served, route: str) -> None:
    keyed = ask(board, route).json()
    with board.with_environment(PUBLIC_READ="true"):
        answer = ask(board, route, key="")
    assert answer.status_code == 200
    volatile = ("generated_at", "cache_info")
    assert {k: v for k, v in answer.json().items() if k not in volatile} == {
        k: v for k, v in keyed.items() if k not in volatile
    }


@ON_EVERY_ROUTE
def test_outside_development_public_read_opens_nothing(board: Served, route: str) -> None:
    secret = "a-secret/of+97dice,32characters!"
    with board.with_environment(PUBLIC_READ="true", BELVEDERE_ENVIRONMENT="production", JWT_SECRET=secret):
        assert_refused(ask(board, route, key=""), 401, "UNAUTHORIZED")


@ON_EVERY_ROUTE
def test_a_wrong_key_is_refused_where_none_would_do(board: Served, route: str) -> None:
    with board.with_environment(PUBLIC_READ="true"):
        assert_refused(ask(board, route, key="bv_read_" + "x" * 43), 401, "UNAUTHORIZED")


# Requests that cannot be read at all, and routes that take another method


@ON_EVERY_POST
@pytest.mark.parametrize("body", [b"", b"{", b"{'metrics': []}", b'{"metrics": [}', b"\xff\xfe", b'{"a": "\xff"}'])
def test_a_body_that_is_no_json_is_400(board: Served, route: str, body: bytes) -> None:
    answer = board.ask("POST", ROUTES[route][1], content=body, headers={"Content-Type": "application/json"})
    if body == b"":
        assert_refused(answer, 422, "VALIDATION_ERROR", "is required")
    else:
        assert_refused(answer, 400, "BAD_REQUEST", "JSON")


@ON_EVERY_POST
@pytest.mark.parametrize("body", ["[]", "7", '"text"', "null"])
def test_a_body_that_is_no_object_is_422(board: Served, route: str, body: str) -> None:
    answer = board.ask("POST", ROUTES[route][1], content=body, headers={"Content-Type": "application/json"})
    assert_refused(answer, 422, "VALIDATION_ERROR", "body")


@ON_EVERY_ROUTE
def test_another_method_is_405_and_told_which_there_is(board: Served, route: str) -> None:
    method, path, _ = ROUTES[route]
    answer = board.ask("DELETE", path)
    assert_refused(answer, 405, "METHOD_NOT_ALLOWED", method)
    assert answer.headers["allow"] == ("GET, HEAD" if method == "GET" else method)


def test_an_unknown_path_is_404_and_told_what_there_is(board: Served) -> None:
    body = assert_refused(board.get("/dashboard/nothing"), 404, "NOT_FOUND", "/dashboard/nothing")
    assert {path for _, path, _ in ROUTES.values()} <= set(body["available_endpoints"])


@ON_EVERY_ROUTE
def test_without_the_tables_it_is_503_with_a_time_to_come_back(board: Served, route: str) -> None:
    ask(board, route)  # the key is known from now on
    elsewhere = {"start_date": "2025-02-01", "end_date": "2025-02-02"}
    method, path, asked = ROUTES[route]
    options = {"params": elsewhere} if method == "GET" else {"json": asked["json"] | {"time_range": elsewhere}}
    with board.with_environment(ROLLUPS_TABLE="gone", STATE_TABLE="gone", CACHE_TABLE="gone"):
        answer = board.ask(method, path, **options)
    assert_refused(answer, 503, "DATABASE_ERROR", "try again")
    assert int(answer.headers["retry-after"]) > 0
    assert "gone" not in answer.text
