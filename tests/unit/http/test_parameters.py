"""Query parameters that a route does not use are refused, on every route that has a caller."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from belvedere.errors import Invalid
from belvedere.http.asgi import endpoint_of
from belvedere.http.parameters import Parameters
from belvedere.http.routes import ROUTES

SUMMARY = Parameters(frozenset({"preset", "user_ids"}), frozenset({"user_ids"}))


@pytest.mark.parametrize(
    "query",
    ["", "preset=1h", "preset=1h&preset=1h", "user_ids=a&user_ids=b", "preset=", "token=x&user_id=ann", "workspace=w"],
)
def test_what_a_route_takes_passes_and_so_does_what_says_who_asks(query: str) -> None:
    SUMMARY.check(query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("concept=forces", "concept: is no parameter of this route; it takes preset, user_ids"),
        ("preset=1h&Preset=7d", "Preset: is no parameter"),
        ("granularity", "granularity: is no parameter"),
        ("user_id=ann", "user_id: is no parameter"),
        ("preset=1h&preset=7d", "preset: is given 2 times with different values; say it once"),
    ],
)
def test_what_it_does_not_use_is_refused_by_name(query: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        SUMMARY.check(query)


def api_routes() -> Iterator[tuple[str, APIRoute, str | None]]:
    for module in sorted({route.module for route in ROUTES}):
        endpoint = endpoint_of(module)
        for one in endpoint.app.router.routes:
            if isinstance(one, APIRoute):
                for method in one.methods:
                    yield f"{method} {one.path}", one, endpoint.scope_of(method, one.path.replace(":path}", "}"))


def test_names_come_from_the_function_and_from_the_fields_of_a_model() -> None:
    routes = {name: Parameters.of(route) for name, route, _ in api_routes()}
    assert routes["GET /grafana/v1/values"].names == {"board", "dim", "from", "to"}
    assert routes["GET /dashboard/summary"].lists == {"user_ids", "agent_types"}
    assert routes["POST /dashboard/export"].names >= {"export_format", "data_type", "preset", "limit"}
    assert routes["POST /v1/query"].names == set()


def test_only_pages_probes_mocks_signing_in_webhooks_and_links_take_any_parameter() -> None:
    assert {name for name, _, scope in api_routes() if scope is None} == {
        "GET /", "GET /health", "GET /docs", "GET /redoc", "GET /openapi.json", "POST /auth/token",
        "POST /auth/refresh", "POST /v1/webhooks/github/{workspace}", "GET /dashboard/health",
        "GET /dashboard/mock/student-progress", "GET /dashboard/mock/class-analytics",
        "GET /api/v1/dashboard/export/{job_id}/download",
    }  # fmt: skip
