"""The sample events ask what their routes take, and are listed for who wants to use them."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from belvedere.http.asgi import endpoint_of
from belvedere.http.routes import ROUTES, Route, routes_of
from infra.local.deploy import templates
from infra.local.settings import ROOT

EVENTS = ROOT / "events"


def test_every_sample_is_listed_with_its_function() -> None:
    functions = {module: name for name, module in templates.handlers(templates.load()).items()}
    rows = [line.split("|") for line in (EVENTS / "README.md").read_text().splitlines() if line.startswith("| `")]
    told = {row[1].strip(" `").removesuffix(".json"): row[2].strip() for row in rows}
    samples = {path.stem for path in EVENTS.glob("*.json")}
    assert told == {name: functions[name] for name in samples}


@pytest.mark.parametrize("module", sorted({route.module for route in ROUTES}))
def test_a_sample_request_is_for_a_route_of_its_own_and_names_only_parameters_that_are_read(module: str) -> None:
    sample = json.loads((EVENTS / f"{module}.json").read_text())
    route = routes_of(sample["rawPath"])[sample["requestContext"]["http"]["method"]]
    assert route.module == module
    assert sample["routeKey"] == f"{route.method} {route.deployed}"
    parsed = {name: ",".join(values) for name, values in parse_qs(sample["rawQueryString"]).items()}
    assert parsed == sample.get("queryStringParameters", {})
    assert parsed.keys() <= read_by(route)


def read_by(route: Route) -> set[str]:
    """The query parameters that a route reads."""
    operation: dict[str, Any] = endpoint_of(route.module).app.openapi()["paths"][route.path][route.method.lower()]
    return {one["name"] for one in operation.get("parameters", [])}
