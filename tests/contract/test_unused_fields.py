"""A field that a route would not use is refused by its name: on every route, in its query and anywhere in its body."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from belvedere.http import asgi
from belvedere.http.asgi import endpoint_of
from belvedere.http.openapi import document
from belvedere.http.routes import ROUTES, Route
from tests.contract.fixtures import served
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

__all__ = ["served"]

Json = dict[str, Any]
UNKNOWN = "no_such_field"
OF_EVENTS = "/v1/events"  # other top-level fields of an event are not kept, as its documentation says
FREE = {"filters", "event", "events"}  # of /v1/query: a filter has its own grammar


def scope_of(route: Route) -> str | None:
    endpoint = endpoint_of(route.module)
    return endpoint.scope_of(route.method, route.path)


KEYED = [route for route in ROUTES if scope_of(route) is not None]


@pytest.mark.parametrize("route", KEYED, ids=lambda route: f"{route.method} {route.path}")
def test_an_unknown_parameter_is_refused_on_every_route_that_has_a_caller(served: Served, route: Route) -> None:
    path = route.path.replace("{", "").replace("}", "")
    answer = served.ask(route.method, path, key=served.key("admin"), params={UNKNOWN: "1"})
    assert_refused(answer, endpoint_of(route.module).invalid_status, "VALIDATION_ERROR", UNKNOWN)


def bodies() -> Iterator[tuple[Route, Json]]:
    for route in ROUTES:
        told = document(asgi.endpoint_of)["paths"].get(route.path, {}).get(route.method.lower(), {})
        example = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        if isinstance(example, dict) and route.path != OF_EVENTS and "webhooks" not in route.path:
            yield from ((route, changed) for changed in with_one_more(example))


def with_one_more(value: Any) -> Iterator[Any]:
    """The value with an unknown field in each of its objects."""
    if isinstance(value, dict):
        yield value | {UNKNOWN: 1}
        for name, inner in value.items():
            if name not in FREE:
                yield from (value | {name: one} for one in with_one_more(inner))
    elif isinstance(value, list) and value:
        yield from ([one, *value[1:]] for one in with_one_more(value[0]))


@pytest.mark.parametrize(
    ("route", "body"), [*bodies()],
    ids=lambda one: f"{one.method} {one.path}" if isinstance(one, Route) else json.dumps(one)[-40:],
)  # fmt: skip
def test_an_unknown_field_is_refused_wherever_it_stands_in_a_body(served: Served, route: Route, body: Json) -> None:
    path = route.path.replace("{", "").replace("}", "")
    answer = served.ask(route.method, path, key=served.key("admin"), json=body)
    assert_refused(answer, endpoint_of(route.module).invalid_status, "VALIDATION_ERROR", UNKNOWN)


SERIES: Json = {"metrics": ["success_rate"], "time_range": {"preset": "7d"}}
GROUPS: Json = SERIES | {"dimensions": ["agent_type"]}
COMPARED: Json = {"comparison_type": "students", "primary_entities": ["ann"], "time_range": {"preset": "7d"}}
STATISTICAL, COMPARATIVE, PREDICTIVE = (
    f"/dashboard/analytics/{name}" for name in ("statistical", "comparative", "predictive")
)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/dashboard/timeseries", SERIES | {"filters": {"min_response_time": 100}}, "filters.min_response_time"),
        ("/dashboard/timeseries", SERIES | {"filters": {"max_response_time": 0}}, "filters.max_response_time"),
        ("/dashboard/aggregation", GROUPS | {"filters": {"min_response_time": 100}}, "filters.min_response_time"),
        ("/dashboard/comparative", COMPARED | {"filters": {"max_response_time": 9}}, "filters.max_response_time"),
        (COMPARATIVE, {"analysis_type": "benchmark", "primary_entities": ["ann"], "comparison_entities": ["bob"]},
         "comparison_entities"),
        (COMPARATIVE, {"analysis_type": "temporal", "comparison_entities": ["bob"]}, "comparison_entities"),
        (COMPARATIVE, {"analysis_type": "cohort", "entities": ["a"], "primary_entities": ["b"]}, "entities"),
        (COMPARATIVE, {"analysis_type": "benchmark", "entities": ["a"], "include_effect_sizes": True},
         "include_effect_sizes"),
        (STATISTICAL, {"analysis_type": "clustering", "granularity": "1D"}, "granularity"),
        (STATISTICAL, {"analysis_type": "correlation", "granularity": "1D"}, "granularity"),
        (STATISTICAL, {"analysis_type": "anomaly", "advanced_options": {"max_lag": 3}}, "advanced_options.max_lag"),
        (STATISTICAL, {"analysis_type": "clustering", "advanced_options": {"method": "rules", "clusters": 2}},
         "advanced_options.clusters"),
        (PREDICTIVE, {"horizon_days": 7}, "horizon_days"),
        (PREDICTIVE, {"student_ids": ["ann"], "early_warnings": True, "include_contributing_factors": False},
         "include_contributing_factors"),
        (PREDICTIVE, {"early_warnings": False}, "student_ids"),
    ],
    ids=lambda one: json.dumps(one)[-50:] if isinstance(one, dict) else "",
)  # fmt: skip
def test_a_field_that_does_not_go_with_the_rest_is_refused(served: Served, path: str, body: Json, field: str) -> None:
    assert_refused(served.post(path, body, key=served.key("admin")), 422, "VALIDATION_ERROR", field)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/api/sessions", "page=1&limit=5", "limit"),
        ("/api/sessions", "page_size=5&offset=5", "offset"),
        ("/api/sessions", "sort_by=tokens&sort=timestamp", "sort"),
        ("/api/insights", "limit=5&lag_days=2", "lag_days"),
        ("/dashboard/summary", "user_id=ann", "user_id"),
        ("/dashboard/summary", "preset=1h&preset=7d", "preset"),
        ("/dashboard/summary", "min_interactions=3", "min_interactions"),
        ("/api/metrics", "days=30", "days"),
    ],
)
def test_a_parameter_that_does_not_go_with_the_rest_is_refused(
    served: Served, path: str, query: str, field: str
) -> None:
    assert_refused(served.ask("GET", f"{path}?{query}"), 422, "VALIDATION_ERROR", field)


def test_the_two_lists_of_the_contract_s_client_are_the_entities(served: Served) -> None:
    asked: Json = {"analysis_type": "ab_test", "time_range": {"preset": "7d"}}
    one, two = (
        served.post(COMPARATIVE, asked | named, key=served.key("admin")).json()
        for named in ({"primary_entities": ["a"], "comparison_entities": ["b"]}, {"entities": ["a", "b"]})
    )
    assert one["entities"] == two["entities"] == ["a", "b"]
    assert one["comparisons"] == two["comparisons"]
