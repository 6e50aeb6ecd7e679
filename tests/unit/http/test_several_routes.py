"""One endpoint that serves several methods and paths: each request is what its own route says."""

from collections.abc import Callable
from typing import Any

import pytest

from belvedere.http import CallerDep, Endpoint, Response
from belvedere.http.asgi import endpoint_of
from tests.unit.http.lambda_requests import Answer, ask

Lines = Callable[[], list[dict[str, Any]]]
endpoint = Endpoint("a.resource", scope="read", fresh_s=60)


@endpoint.get("/things")
async def listed(caller: CallerDep) -> Response:
    return endpoint.answer({"did": "list", "workspace": caller.workspace})


@endpoint.post("/things", scope="admin", status_code=201)
async def created(caller: CallerDep) -> Response:
    return endpoint.answer({"did": "create"}, status=201, headers={"Location": "/things/new"})


@endpoint.get("/things/first")
async def first() -> Response:
    return endpoint.answer({"did": "first"})


@endpoint.get("/things/{thing_id}")
async def one(thing_id: str) -> Response:
    return endpoint.answer({"did": "read", "thing": thing_id})


@endpoint.put("/things/{thing_id}", scope="admin")
async def replaced(thing_id: str) -> Response:
    return endpoint.answer({"did": "replace", "thing": thing_id})


@endpoint.put("/things/{thing_id}/name", scope="write")
async def changed(thing_id: str) -> Response:
    return endpoint.answer({"did": "change", "thing": thing_id})


@endpoint.delete("/things/{thing_id}", scope="admin", status_code=204)
async def deleted(thing_id: str) -> Response:
    return endpoint.nothing()


def send(method: str, path: str, key: str) -> Answer:
    return ask(endpoint, path, method=method, headers={"X-API-Key": key} if key else {})


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/things", {"did": "list", "workspace": "acme"}),
        ("POST", "/things", {"did": "create"}),
        ("GET", "/things/first", {"did": "first"}),
        ("GET", "/things/7", {"did": "read", "thing": "7"}),
        ("PUT", "/things/7", {"did": "replace", "thing": "7"}),
        ("PUT", "/things/7/name", {"did": "change", "thing": "7"}),
    ],
)
def test_each_method_and_path_has_its_own_function(
    keys: dict[str, str], method: str, path: str, told: dict[str, str]
) -> None:
    assert send(method, path, keys["admin"]).json == told


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/things", "GET /things"),
        ("POST", "/things", "POST /things"),
        ("GET", "/things/first", "GET /things/first"),
        ("GET", "/things/7", "GET /things/{thing_id}"),
        ("PUT", "/things/7", "PUT /things/{thing_id}"),
        ("DELETE", "/things/7", "DELETE /things/{thing_id}"),
    ],
)
def test_a_request_is_logged_as_its_own_route_and_counted_with_its_board(
    keys: dict[str, str], log: Lines, method: str, path: str, route: str
) -> None:
    send(method, path, keys["admin"])
    line, metrics = log()
    assert line["route"] == route
    assert line["function"].startswith(f"{metrics['board']}.")


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read", "GET", "/things/7", 200),
        ("read", "POST", "/things", 403),
        ("read", "PUT", "/things/7", 403),
        ("read", "PUT", "/things/7/name", 403),
        ("read", "DELETE", "/things/7", 403),
        ("write", "PUT", "/things/7/name", 200),
        ("write", "GET", "/things/7", 403),
        ("write", "PUT", "/things/7", 403),
        ("admin", "DELETE", "/things/7", 204),
    ],
)
def test_each_route_needs_its_own_scope(keys: dict[str, str], scope: str, method: str, path: str, status: int) -> None:
    assert send(method, path, keys[scope]).status == status


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_needs_a_key(method: str) -> None:
    assert send(method, "/things", "").status == 401


def test_what_was_created_is_a_201_with_its_place(keys: dict[str, str]) -> None:
    answer = send("POST", "/things", keys["admin"])
    assert (answer.status, answer.headers["location"]) == (201, "/things/new")


def test_nothing_to_tell_is_a_204_without_a_body(keys: dict[str, str]) -> None:
    answer = send("DELETE", "/things/7", keys["admin"])
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers.keys().isdisjoint({"content-length", "etag"})
    assert answer.headers["x-request-id"]


def test_only_what_is_read_has_an_etag_and_may_be_kept(keys: dict[str, str]) -> None:
    answers = {method: send(method, "/things/7", keys["admin"]) for method in ("GET", "PUT", "DELETE")}
    assert [method for method, answer in answers.items() if "etag" in answer.headers] == ["GET"]
    assert answers["GET"].headers["cache-control"] == "private, max-age=60"
    assert {answers[method].headers["cache-control"] for method in ("PUT", "DELETE")} == {"no-store"}


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/things/7", 405), ("GET", "/other", 404)])
def test_what_no_route_of_it_takes_is_refused_in_the_envelope(
    keys: dict[str, str], method: str, path: str, status: int
) -> None:
    answer = send(method, path, keys["admin"])
    assert answer.status == status
    assert answer.json["code"]


def test_the_scope_of_a_route_can_be_asked_for() -> None:
    assert endpoint.scope_of("GET", "/things/{thing_id}") == "read"
    assert endpoint.scope_of("DELETE", "/things/{thing_id}") == "admin"
    assert endpoint_of("ops.health").scope_of("GET", "/health") is None


def test_head_has_the_headers_of_get_and_no_body(keys: dict[str, str]) -> None:
    read, asked = (send(method, "/things/7", keys["read"]) for method in ("GET", "HEAD"))
    assert (asked.status, asked.body) == (200, b"")
    same = ("etag", "content-type", "content-length", "cache-control", "vary")
    assert {name: asked.headers.get(name) for name in same} == {name: read.headers.get(name) for name in same}


def test_head_needs_the_key_that_get_needs(keys: dict[str, str]) -> None:
    assert send("HEAD", "/things", "").status == 401
    assert send("HEAD", "/things", keys["write"]).status == 403


def test_what_cannot_be_read_has_no_head_either() -> None:
    only_post = Endpoint("a.command", scope=None)

    @only_post.post("/commands")
    async def command() -> Response:
        return only_post.answer({})

    answer = ask(only_post, "/commands", method="HEAD")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
