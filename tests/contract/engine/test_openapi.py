"""GET /openapi.json describes every route, with an example of each that works; GET /docs shows it to people."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from belvedere.auth.users import delete_user, page_of_users
from belvedere.auth.webhooks import derived, signature
from belvedere.boards.learning.directory.classes import list_classes
from belvedere.boards.learning.directory.keys import concepts_key
from belvedere.boards.learning.directory.register_agents import delete_agent, page_of_agents
from belvedere.boards.learning.directory.register_classes import delete_class
from belvedere.boards.productivity.insights.dismissals import dismiss
from belvedere.clock import DAY_MS, now_ms
from belvedere.export.jobs.download_token import Download, sign
from belvedere.export.jobs.job import ExportFile, ExportJob, Owner, Status
from belvedere.export.jobs.store import JobStore
from belvedere.export.sources.data_type import Selection
from belvedere.http.asgi import endpoint_of
from belvedere.http.examples import examples, good_answer
from belvedere.http.openapi import document
from belvedere.http.routes import ROUTES, Route
from belvedere.settings import DEVELOPMENT_SECRET
from belvedere.storage.entities.directory import ApiKeyListing
from belvedere.storage.entities.store import directory_store
from belvedere.storage.keys.directory import api_key_listing_key, settings_key
from belvedere.storage.tables import tables
from tests.contract.shapes import assert_like
from tests.deployed_routes import DEFAULT, deployed_routes
from tests.worlds.served import Served

JSON = "application/json"
ABOUT_PEOPLE = ("/dashboard/student-insights", "/dashboard/class-overview")
CONCEPTS = "/v1/directory/concepts"
ALERT_RULES = "/v1/directory/alert-rules"
DISMISSAL = "/api/insights/{insight_id}/dismiss"
ONE_KEY = "/v1/keys/{key_id}"
EXPORTS = "/api/v1/dashboard/export"
TEMPLATES = "/v1/directory/export-templates"
EXPORTED = {("GET", f"{EXPORTS}/{{job_id}}/download"), ("GET", f"{EXPORTS}/{{job_id}}"), ("GET", EXPORTS)}
WEBHOOKS = "/v1/webhooks/"
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
WITH_ANSWERS_OF_THEIR_OWN = {  # pages and streams
    "/docs", "/redoc", "/dashboard/metrics", "/dashboard/stream", "/api/v1/dashboard/realtime/events",
    "/api/v1/dashboard/export/{job_id}/download",
}  # fmt: skip
EVER_CHANGING = {"/dashboard/cache/stats"}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def described(served: Served) -> Json:
    """The document as anybody gets it."""
    answer = served.get("/openapi.json", key="")
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.fixture(scope="module")
def filled(served: Served, described: Json) -> httpx.Response:
    """The answer to the example of the events route; what it sent is folded."""
    body = described["paths"]["/v1/events"]["post"]["requestBody"]["content"][JSON]["example"]
    answer = served.post("/v1/events", body, key=served.key("write"))
    served.fold()
    return answer


def operation(described: Json, route: Route) -> Json:
    return dict(described["paths"][route.path][route.method.lower()])


def example_of_answer(described: Json, route: Route) -> Any:
    return good_answer(operation(described, route))[1]["content"][JSON]["example"]


def answered(served: Served, described: Json, route: Route) -> httpx.Response:
    """What the route says to its own example; where it is about a thing of the Directory, with that thing in place."""
    told = operation(described, route)
    given = [one for one in told.get("parameters", []) if "example" in one]
    in_query = {one["name"]: one["example"] for one in given if one["in"] == "query"}
    in_path = {one["name"]: one["example"] for one in given if one["in"] == "path"}
    path = route.path.format_map(in_path)
    body = told.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
    needed = endpoint_of(route.module).scope_of(route.method, route.path)
    if route.path == DISMISSAL:  # once more: the example's insight is of another day
        dismiss(tables("demo").state, None, in_path["insight_id"], now_ms())
    if route.path.startswith(("/v1/directory", "/auth", *ABOUT_PEOPLE)):
        in_place(served, described, route)
    if route.path.startswith(TEMPLATES) and route.method != "PUT":
        saved = example_of_answer(described, Route("PUT", f"{TEMPLATES}/{{template_id}}", route.module))
        served.ask("PUT", f"{TEMPLATES}/weekly", json=saved["export"], key=served.key("admin"))
    if route.path.startswith(EXPORTS):
        in_path_of_a_job(served, route, in_query)
    if route.path == ONE_KEY:
        listing = api_key_listing_key("demo", in_path["key_id"])
        record = ApiKeyListing(*listing, key_id=in_path["key_id"], key_hash="h", scope="read", name="n", created_at="c")
        directory_store().put(record)
    if route.path.startswith(WEBHOOKS):
        return called(served, path, body)
    return served.ask(route.method, path, params=in_query, key=served.key("admin" if needed == "admin" else "read"),
                      **({"json": body} if body else {}))  # fmt: skip


def in_path_of_a_job(served: Served, route: Route, in_query: Json) -> None:
    """The job of the examples: completed where it is read, else waiting, or failed where it is begun anew."""
    store, now = JobStore(tables("demo").state, 7), now_ms()
    for old in store.listed():
        store.change(old.job_id, old.attempt, {"status": "queued"}, now=now, during=tuple(Status))
        store.take_back(old, None)
    completed = (route.method, route.path) in EXPORTED
    status = Status.COMPLETED if completed else Status.FAILED if route.path.endswith("/retry") else Status.QUEUED
    served.machine.waits = True
    made = example_job(status, now, key_id=served.key_id())
    if route.path != EXPORTS or completed:
        assert store.create(made)
    if "token" in in_query:
        in_query["token"] = sign(Download("demo", made.job_id, 1), secret=DEVELOPMENT_SECRET, now_s=now // 1_000)


def example_job(status: Status, now: int, key_id: str) -> ExportJob:
    """The job that the examples show."""
    example = examples()[f"GET {EXPORTS}/{{job_id}}"]["answer"]
    selection = Selection(start=0, end=DAY_MS).to_json()
    data = [{"name": "learning.interaction", "selection": selection}]
    request = {"format": "csv", "start": 0, "end": DAY_MS, "data": data}
    ended: Json = {"ended": now, "started": now, "files": (ExportFile(**example["files"][0]),), "rows": 1, "bytes": 90}
    return ExportJob(
        job_id=example["job_id"], status=status, attempt=1, request=request, estimated_s=6, created=now, queued=now,
        updated=now, owner=Owner(key_id=key_id, scope="read", role="service"), download_name="x.csv", nano_usd=1,
        **ended if status is Status.COMPLETED else {},
    )  # fmt: skip


def called(served: Served, path: str, body: Json) -> httpx.Response:
    """A webhook as GitHub sends it, with its event's name and its signature."""
    content = json.dumps(body).encode()
    signed = signature(derived(DEVELOPMENT_SECRET, path.rpartition("/")[2]), content)
    headers = {"Content-Type": JSON, "X-GitHub-Event": "pull_request", "X-Hub-Signature-256": signed}
    return served.ask("POST", path, key="", content=content, headers=headers)


def in_place(served: Served, described: Json, route: Route) -> None:
    """The Directory of the examples: what their answers show, and not yet what they make."""
    empty("demo")
    new = route.method == "POST" and route.path.count("/") == 3
    for collection in () if new and route.path != CONCEPTS else ("classes", "agents", "users"):
        made = described["paths"][f"/v1/directory/{collection}"]["post"]["requestBody"]["content"][JSON]["example"]
        assert served.post(f"/v1/directory/{collection}", made, key=served.key("admin")).status_code == 201
    if route.path.startswith(("/v1/directory/classes/", *ABOUT_PEOPLE)):
        mine = {"add": ["user1", "user2"], "remove": []}
        path = "/v1/directory/classes/physics-1a/students"
        assert served.post(path, mine, key=served.key("admin")).status_code == 200
    if route.path.startswith(ALERT_RULES):
        told = operation(described, Route("PUT", f"{ALERT_RULES}/{{board}}/{{rule_id}}", "directory.alert_rules"))
        put = told["requestBody"]["content"][JSON]["example"]
        own = f"{ALERT_RULES}/learning/low_success"
        served.ask("PUT", own, json=put, key=served.key("admin"))
        if route.method == "GET":
            served.ask("DELETE", own, key=served.key("admin"))
    if route != Route("PUT", CONCEPTS, "directory.concepts"):
        graph = described["paths"][CONCEPTS]["put"]["requestBody"]["content"][JSON]["example"]
        assert served.ask("PUT", CONCEPTS, json=graph, key=served.key("admin")).status_code == 200


def empty(workspace: str) -> None:
    """Take everything that a workspace registered out of its Directory."""
    mine = tables(workspace)
    for list_class in list_classes(workspace):
        delete_class(mine, list_class.class_id)
    for agent in page_of_agents(mine, 1000, None)[0]:
        delete_agent(mine, agent["agent_id"])
    for user in page_of_users(mine, 1000, None)[0]:
        delete_user(mine, user["user_id"])
    mine.directory.delete_all([concepts_key(workspace), settings_key(workspace)])


def test_every_route_is_described_and_nothing_else(described: Json) -> None:
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {(route.method, route.path) for route in ROUTES}


def test_every_deployed_route_is_in_the_one_table_of_routes() -> None:
    deployed = {
        (method, path, f"{module}.handler") for (method, path), module in deployed_routes().items() if path != DEFAULT
    }
    readable = {route.path for route in ROUTES if route.method == "GET"}
    assert deployed == {
        ("ANY" if route.path in readable else route.method, route.deployed, f"{route.module}.handler")
        for route in ROUTES
    }


@EVERY_ROUTE
def test_every_route_tells_what_it_does_what_it_needs_and_how_it_fails(described: Json, route: Route) -> None:
    told = operation(described, route)
    assert told["description"]
    assert bool(told["security"]) == bool(endpoint_of(route.module).scope_of(route.method, route.path))
    assert told["responses"]["default"]["content"][JSON]["schema"] == {"$ref": "#/components/schemas/Error"}


@EVERY_ROUTE
def test_every_parameter_and_body_has_an_example(described: Json, route: Route) -> None:
    told = operation(described, route)
    without = {one["name"] for one in told.get("parameters", []) if "example" not in one}
    assert without <= {"cursor", "force_refresh", "explain", "limit", "category"}  # they would say nothing by it
    if "requestBody" in told:
        assert told["requestBody"]["content"][JSON]["example"]


@EVERY_ROUTE
def test_the_example_is_answered_as_its_example_says(
    served: Served, described: Json, filled: httpx.Response, route: Route
) -> None:
    if route.path == "/v1/events":
        assert filled.json() == example_of_answer(described, route)
        return
    answer = answered(served, described, route)
    assert str(answer.status_code) == good_answer(operation(described, route))[0], answer.text
    if answer.status_code == 204:
        assert answer.content == b""
    elif route.path not in WITH_ANSWERS_OF_THEIR_OWN:
        example = example_of_answer(described, route)
        assert_like(answer.json(), without_empty_lists(example))
        if isinstance(example, dict):
            assert example.keys() == answer.json().keys()


def without_empty_lists(example: Any) -> Any:
    """An example as a shape: a list that is empty in it says nothing about its entries."""
    if isinstance(example, dict):
        return {name: without_empty_lists(part) for name, part in example.items() if part not in ([], None)}
    return [without_empty_lists(part) for part in example] if isinstance(example, list) else example


def test_the_answers_examples_say_true_numbers(served: Served, described: Json, filled: httpx.Response) -> None:
    for route in ROUTES:
        told = good_answer(operation(described, route))[1].get("content", {}).get(JSON, {})
        if (
            "example" in told
            and route.path not in EVER_CHANGING
            and route.path.startswith(("/dashboard", "/grafana", "/v1/query", "/v1/directory"))
        ):
            assert numbers(answered(served, described, route).json()) == numbers(example_of_answer(described, route))


def numbers(answer: Any) -> list[tuple[str, float]]:
    """The numbers of an answer that are not zero, by name, without those of the cache."""
    return sorted({(name, value) for name, value in _numbers("", answer) if value and not isinstance(value, bool)})


def _numbers(name: str, part: Any) -> Iterator[tuple[str, float]]:
    if isinstance(part, dict):
        yield from (number for key, value in part.items() if key != "cache_info" for number in _numbers(key, value))
    elif isinstance(part, list):
        yield from (number for value in part for number in _numbers(name, value))
    elif isinstance(part, int | float):
        yield name, part


@EVERY_ROUTE
def test_the_example_of_a_body_obeys_its_own_schema(described: Json, route: Route) -> None:
    for content in operation(described, route).get("requestBody", {}).get("content", {}).values():
        schema = content["schema"] | {"components": described["components"]}
        Draft202012Validator(schema).validate(content["example"])


def test_every_reference_leads_somewhere(described: Json) -> None:
    schemas = described["components"]["schemas"]
    references = list(_references(described))
    assert references
    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= schemas.keys()


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference
        yield from (reference for value in part.values() for reference in _references(value))
    elif isinstance(part, list):
        yield from (reference for value in part for reference in _references(value))


def test_the_document_is_the_same_for_everybody(described: Json) -> None:
    assert described == document(endpoint_of)
    assert described["openapi"] == "3.1.0"


def test_the_page_shows_every_route_and_its_example_and_loads_nothing_from_elsewhere(served: Served) -> None:
    answer = served.get("/docs", key="")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for route in ROUTES:
        assert f"<b>{route.method}</b> {route.path}" in answer.text
    assert "&quot;group_by&quot;" in answer.text
    assert "&quot;agent_breakdown&quot;" in answer.text
    assert "<code>explain=true</code>" in answer.text
    assert "<script" not in answer.text
    assert 'src="http' not in answer.text


def test_the_page_is_at_the_contracts_second_place_as_well(served: Served) -> None:
    assert served.get("/redoc", key="").text == served.get("/docs", key="").text


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
def test_all_may_be_kept_for_five_minutes_by_anybody(served: Served, path: str) -> None:
    assert served.get(path, key="").headers["cache-control"] == "public, max-age=300"
