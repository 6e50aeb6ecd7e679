"""One table of routes, and a template that deploys exactly these."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import yaml

from belvedere.http import routes as table
from belvedere.http.routes import FALLBACK, ROUTES, Route, paths, routes_of

ROOT = Path(__file__).parents[3]


class Template(yaml.SafeLoader):
    """Reads a template without its functions (`!Ref` and the like)."""


Template.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def http_events() -> list[tuple[str, dict[str, Any]]]:
    """(handler, properties) of every function of the template that the HTTP API triggers."""
    template = yaml.load((ROOT / "template.yaml").read_text(), Template)
    functions = [one["Properties"] for one in template["Resources"].values() if "Handler" in one.get("Properties", {})]
    return [
        (function["Handler"], event.get("Properties", {}))
        for function in functions
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]


def test_the_template_deploys_exactly_the_routes_of_the_table() -> None:
    deployed = {
        (properties["Method"].upper(), properties["Path"], handler.removesuffix(".handler"))
        for handler, properties in http_events()
        if "Path" in properties
    }
    readable = {route.path for route in ROUTES if route.method == "GET"}
    assert deployed == {
        ("ANY" if route.path in readable else route.method, route.deployed, route.module) for route in ROUTES
    }  # what can be read takes HEAD too; the endpoint tells what else there is


def test_the_template_sends_everything_else_to_the_fallback() -> None:
    fallbacks = [handler for handler, properties in http_events() if "Path" not in properties]
    assert fallbacks == [f"{FALLBACK}.handler"]


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
