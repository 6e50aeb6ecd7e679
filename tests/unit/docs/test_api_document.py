"""docs/api.md names every route with its fields, every error, and how long and how answers are kept."""

import importlib
from typing import Any

import pytest

from belvedere.auth.roles import EVERYBODY
from belvedere.cache import flat_rows
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.request import CacheOutcome
from belvedere.errors import BelvedereError
from belvedere.http.asgi import endpoint_of
from belvedere.http.openapi import document
from belvedere.http.routes import ROUTES, Route
from belvedere.realtime.alerts.store import watched_boards
from tests.unit.docs.markdown import code, rows, section, text

DOCUMENT = "docs/api.md"


def errors(base: type[BelvedereError]) -> list[type[BelvedereError]]:
    """A kind of error and all kinds of it."""
    return [base, *(one for kind in base.__subclasses__() for one in errors(kind))]


def fields(route: Route) -> set[str]:
    """Every parameter of a route, or every field of its body's model."""
    described = document(endpoint_of)
    operation: dict[str, Any] = described["paths"][route.path][route.method.lower()]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    named = [body, *body.get("allOf", [])]
    models = [described["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]] for one in named if "$ref" in one]
    return {one["name"] for one in operation.get("parameters", [])} | {
        name for one in models for name in one["properties"]
    }


def cached_queries() -> dict[str, CachedQuery[Any]]:
    """Every kind of answer that is kept."""
    modules = [importlib.import_module(route.module) for route in ROUTES]
    found = [module.QUERY for module in modules if hasattr(module, "QUERY")]
    return {query.kind: query for query in (*found, flat_rows.QUERY)}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_listed_and_has_a_section(route: Route) -> None:
    assert f"{route.method} {route.path}" in rows(text(DOCUMENT))
    assert section(DOCUMENT, f"## {route.method} {route.path}").strip()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_field_of_a_route_is_told(route: Route) -> None:
    told = section(DOCUMENT, f"## {route.method} {route.path}")
    assert fields(route) - set(code(told)) == set()


def test_the_fields_of_a_body_are_found() -> None:
    asked = {route.path: fields(route) for route in ROUTES}
    assert {"metrics", "compare", "cursor"} <= asked["/v1/query"]
    assert {"dimensions", "offset"} <= asked["/dashboard/aggregation"]
    assert {"where", "from"} <= asked["/grafana/v1/timeseries"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_that_viewers_may_ask_is_told_with_its_roles(route: Route) -> None:
    roles = endpoint_of(route.module).roles_of(route.method, route.path)
    if "viewer" in roles and set(roles) < set(EVERYBODY):
        told = rows(section(DOCUMENT, "## People"))
        assert code(told[f"{route.method} {route.path}"][0]) == list(roles)


@pytest.mark.parametrize("board", watched_boards())
def test_the_metrics_that_a_rule_may_name_are_told(board: str) -> None:
    told = section(DOCUMENT, "## PUT /v1/directory/alert-rules/{board}/{rule_id}")
    assert {board, *watched_boards()[board].metrics} <= set(code(told))


@pytest.mark.parametrize("error", errors(BelvedereError), ids=lambda error: error.__name__)
def test_an_error_is_told_with_its_status(error: type[BelvedereError]) -> None:
    assert f"| {error.status} | `{error.code}` |" in section(DOCUMENT, "## Errors")


def test_how_long_each_kind_of_answer_is_kept_is_told() -> None:
    told = rows(section(DOCUMENT, "## How fresh an answer is"))
    kept = {kind: [str(query.policy.ttl_s), str(query.policy.stale_s)] for kind, query in cached_queries().items()}
    assert {kind: row[:2] for kind, row in told.items() if kind in kept} == kept


def test_each_way_in_which_an_answer_may_be_served_is_told() -> None:
    assert {outcome.value for outcome in CacheOutcome} <= rows(section(DOCUMENT, "## How fresh an answer is")).keys()
