"""One table of routes, and a template that deploys exactly these."""

import importlib.util

import pytest

from belvedere.http import routes as table
from belvedere.http.routes import FALLBACK, ROUTES, Route, paths, routes_of
from tests.deployed_routes import DEFAULT, deployed_routes


def test_the_template_deploys_exactly_the_routes_of_the_table() -> None:
    deployed = {(*route, module) for route, module in deployed_routes().items() if route[1] != DEFAULT}
    readable = {route.path for route in ROUTES if route.method == "GET"}
    assert deployed == {
        ("ANY" if route.path in readable else route.method, route.deployed, route.module) for route in ROUTES
    }  # what can be read takes HEAD too; the endpoint tells what else there is


def test_the_template_sends_everything_else_to_the_fallback() -> None:
    assert [module for (_, path), module in deployed_routes().items() if path == DEFAULT] == [FALLBACK]


@pytest.mark.parametrize("module", [*(route.module for route in ROUTES), FALLBACK])
def test_every_route_has_its_handler_module(module: str) -> None:
    assert importlib.util.find_spec(module) is not None


def test_a_path_is_found_with_its_methods() -> None:
    assert routes_of("/health") == {"GET": Route("GET", "/health", "ops.health")}


@pytest.mark.parametrize("path", ["/healthy", "/health/", "/v1", "/HEALTH", "", "/health\n"])
def test_a_path_that_is_not_in_the_table_is_not_found(path: str) -> None:
    assert routes_of(path) == {}


def test_a_varying_part_takes_anything_but_a_slash() -> None:
    pattern = table._pattern("/students/{user_id}/insights.json")
    assert pattern.fullmatch("/students/u-1/insights.json")
    assert not pattern.fullmatch("/students/u/1/insights.json")
    assert not pattern.fullmatch("/students//insights.json")
    assert not pattern.fullmatch("/students/u-1/insightsXjson")


def test_a_greedy_part_takes_slashes_but_not_nothing() -> None:
    (route,) = routes_of("/api/sessions/a/b").values()
    assert (route.path, route.deployed) == ("/api/sessions/{session_id}", "/api/sessions/{session_id+}")
    assert routes_of("/api/sessions/") == {}
    assert routes_of("/api/sessions")["GET"].module == "productivity.sessions"


def test_paths_are_listed_once() -> None:
    assert paths() == sorted(set(paths()))
    assert "/dashboard/summary" in paths()
