"""Which role may call which route: the whole table. A new route has to be added, and is then tested with every role."""

from collections.abc import AsyncIterator

import httpx
import pytest

from belvedere.auth import people
from belvedere.auth.lookup import KeyMemory
from belvedere.auth.people import Person
from belvedere.auth.tokens import ACCESS, Claims, issue
from belvedere.auth.user_requests import role_names
from belvedere.http import asgi
from belvedere.http.routes import ROUTES, Route
from belvedere.settings import DEVELOPMENT_SECRET
from tests.clock import now_s
from tests.unit.http.conftest import environment, keys  # noqa: F401 - two fixtures

NOBODY: frozenset[str] = frozenset()
ADMINS = frozenset({"admin"})
SEE_ALL = ADMINS | {"analyst"}
TEACHERS = SEE_ALL | {"instructor"}
TOTALS = TEACHERS | {"viewer"}
ROLES = role_names()
EVERYBODY = frozenset(ROLES)
WITHOUT_A_CALLER = {
    "/v1/webhooks/github/{workspace}",  # known by its signature
    "/api/v1/dashboard/export/{job_id}/download",  # by the token in its link
    "/", "/auth/token", "/auth/refresh", "/health", "/openapi.json", "/docs", "/redoc",
    "/dashboard/health", "/dashboard/mock/student-progress", "/dashboard/mock/class-analytics",
}  # fmt: skip

ALLOWED = {
    "POST /v1/events": ADMINS,
    "GET /v1/quarantine": SEE_ALL,
    "GET /v1/audit": SEE_ALL,
    "GET /v1/usage": SEE_ALL,
    "GET /v1/keys": ADMINS,
    "POST /v1/keys": ADMINS,
    "DELETE /v1/keys/{key_id}": ADMINS,
    "POST /v1/query": SEE_ALL,
    "GET /dashboard/summary": EVERYBODY,
    "POST /dashboard/timeseries": EVERYBODY,
    "POST /dashboard/aggregation": EVERYBODY,
    "POST /dashboard/export": EVERYBODY,
    "POST /dashboard/comparative": EVERYBODY,
    "GET /dashboard/student-insights": TEACHERS | {"student"},
    "GET /dashboard/student-insights/{user_id}": TEACHERS | {"student"},
    "GET /dashboard/class-overview": TEACHERS,
    "GET /dashboard/stream": EVERYBODY,
    "GET /api/v1/dashboard/realtime/events": EVERYBODY,
    "POST /api/v1/dashboard/export": EVERYBODY,
    "GET /api/v1/dashboard/export": EVERYBODY,
    "GET /api/v1/dashboard/export/{job_id}": EVERYBODY,
    "DELETE /api/v1/dashboard/export/{job_id}": EVERYBODY,
    "POST /api/v1/dashboard/export/{job_id}/retry": EVERYBODY,
    "POST /dashboard/analytics/predictive": TEACHERS,
    "POST /dashboard/analytics/comparative": TEACHERS,
    "POST /dashboard/analytics/content-effectiveness": TEACHERS,
    "POST /dashboard/analytics/statistical": TEACHERS,
    "POST /dashboard/analytics/insights": TEACHERS,
    "POST /dashboard/analytics/train-models": SEE_ALL,
    "GET /api/metrics": TOTALS,
    "GET /api/metrics/raw": TOTALS,
    "GET /api/insights": TOTALS,
    "POST /api/insights/{insight_id}/dismiss": TOTALS,
    "GET /api/sessions": SEE_ALL,
    "GET /api/sessions/{session_id}": SEE_ALL,
    "GET /v1/directory/alert-rules": SEE_ALL,
    "PUT /v1/directory/alert-rules/{board}/{rule_id}": ADMINS,
    "DELETE /v1/directory/alert-rules/{board}/{rule_id}": ADMINS,
    "GET /dashboard/cache/stats": SEE_ALL,
    "POST /dashboard/cache/invalidate": ADMINS,
    "POST /dashboard/cache/warm": ADMINS,
    "GET /dashboard/metrics": SEE_ALL,
    "GET /api/metrics/overview": TOTALS,
    "GET /api/metrics/timeseries": TOTALS,
    "GET /api/metrics/hourly": TOTALS,
    "GET /api/activity/heatmap": TOTALS,
    "GET /api/activity/trends": TOTALS,
    "GET /api/profile": SEE_ALL,
    "GET /api/profile/dimensions": SEE_ALL,
    "GET /api/profile/badges": SEE_ALL,
    "GET /api/profile/languages": SEE_ALL,
    "GET /grafana/v1/timeseries": SEE_ALL,
    "GET /grafana/v1/table": SEE_ALL,
    "GET /grafana/v1/values": SEE_ALL,
    "GET /grafana/v1/annotations": SEE_ALL,
    "GET /v1/directory/classes": TEACHERS,
    "POST /v1/directory/classes": ADMINS,
    "GET /v1/directory/classes/{class_id}": TEACHERS,
    "PUT /v1/directory/classes/{class_id}": ADMINS,
    "DELETE /v1/directory/classes/{class_id}": ADMINS,
    "GET /v1/directory/classes/{class_id}/students": TEACHERS,
    "POST /v1/directory/classes/{class_id}/students": ADMINS,
    "PUT /v1/directory/classes/{class_id}/students/{user_id}": ADMINS,
    "DELETE /v1/directory/classes/{class_id}/students/{user_id}": ADMINS,
    "GET /v1/directory/users": ADMINS,
    "POST /v1/directory/users": ADMINS,
    "GET /v1/directory/users/{user_id}": ADMINS,
    "PUT /v1/directory/users/{user_id}": ADMINS,
    "DELETE /v1/directory/users/{user_id}": ADMINS,
    "GET /v1/directory/agents": EVERYBODY,
    "POST /v1/directory/agents": ADMINS,
    "GET /v1/directory/agents/{agent_id}": EVERYBODY,
    "PUT /v1/directory/agents/{agent_id}": ADMINS,
    "DELETE /v1/directory/agents/{agent_id}": ADMINS,
    "GET /v1/directory/export-templates": SEE_ALL,
    "GET /v1/directory/export-templates/{template_id}": SEE_ALL,
    "PUT /v1/directory/export-templates/{template_id}": ADMINS,
    "DELETE /v1/directory/export-templates/{template_id}": ADMINS,
    "GET /v1/directory/workspace": EVERYBODY,
    "PUT /v1/directory/workspace": ADMINS,
    "GET /v1/directory/concepts": EVERYBODY,
    "POST /v1/directory/concepts": ADMINS,
    "PUT /v1/directory/concepts": ADMINS,
    "GET /v1/directory/concepts/{concept_id}": EVERYBODY,
    "PUT /v1/directory/concepts/{concept_id}": ADMINS,
    "DELETE /v1/directory/concepts/{concept_id}": ADMINS,
}
KEYED = [route for route in ROUTES if asgi.endpoint_of(route.module).scope_of(route.method, route.path)]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The API with a Directory in which everybody has the role that they are called by."""
    everybody = KeyMemory(lambda name: Person("acme", (user := name.partition("#")[2]), user, active=True))
    monkeypatch.setattr(people, "MEMORY", everybody)
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "false")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=asgi.application), base_url="http://t") as client:
        yield client


def token(role: str) -> str:
    claims = Claims(role, "acme", "session", "token")
    return issue(ACCESS, claims, role, secret=DEVELOPMENT_SECRET, now_s=now_s(), ttl_s=60)


def test_every_route_with_a_caller_is_in_the_table() -> None:
    assert {name(route) for route in KEYED} == ALLOWED.keys()
    assert {route.path for route in ROUTES if route not in KEYED} == WITHOUT_A_CALLER


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", KEYED, ids=name)
async def test_a_role_is_let_in_where_the_table_says_so(
    client: httpx.AsyncClient, route: Route, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in: list[str] = []

    async def inside(*_: object) -> None:
        let_in.append(role)
        raise RuntimeError("far enough")

    monkeypatch.setattr(asgi.endpoint_of(route.module).app, "middleware_stack", inside)
    answer = await client.request(route.method, route.path, headers={"Authorization": f"Bearer {token(role)}"})
    assert bool(let_in) is (role in ALLOWED[name(route)])
    if not let_in:
        assert answer.status_code == 403
        assert answer.json()["code"] == "FORBIDDEN"
        assert f"the role '{role}' may not do this" in answer.json()["detail"]


@pytest.mark.parametrize("route", KEYED, ids=name)
@pytest.mark.parametrize("parameter", ["workspace", "workspace_id"])
async def test_another_workspace_is_nobodys_to_ask_for(client: httpx.AsyncClient, route: Route, parameter: str) -> None:
    headers = {"Authorization": f"Bearer {token('admin')}"}
    answer = await client.request(route.method, route.path, headers=headers, params={parameter: "theirs"})
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert answer.json()["detail"].startswith(f"{parameter}: ")
