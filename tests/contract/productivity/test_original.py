"""What the original API's own 39 tests ask of it, test by test; seven of them failed there.

They run without a key, as there, in development with anonymous reading on: first on empty tables, as there, then on
those of a team, since on empty ones some of them see nothing.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from belvedere.auth import passwords
from belvedere.boards.demo_accounts import create_demo_accounts
from belvedere.limits.limiter import limiter
from belvedere.storage.tables import tables
from tests.contract.people import token_of
from tests.worlds.served import Served

KPIS = (
    "ai_interaction_velocity", "acceptance_rate", "model_selection_accuracy", "error_rate", "token_efficiency",
    "pr_throughput", "commit_frequency", "pr_merge_time_hours", "rework_rate",
)  # fmt: skip
INSIGHTS = {"key_findings", "correlations", "recommendations", "anomalies", "generated_at"}
CORRELATION = {"variable1", "variable2", "r", "p_value", "significant"}
SESSION = {"session_id", "developer_id", "timestamp", "model", "total_tokens", "cost_usd", "accepted_flag"}
SORTS = {"timestamp": "timestamp", "cost_usd": "cost_usd", "tokens": "total_tokens"}
PROFILE = {
    "developer_id": str, "total_sessions": int, "total_tokens_used": int, "total_cost_usd": float,
    "avg_latency_ms": float, "acceptance_rate": float, "most_used_models": list, "active_repos": list,
    "sessions_by_date": dict,
}  # fmt: skip
ORIGIN = {"Origin": "http://localhost:5173"}


@pytest.fixture(scope="module", autouse=True)
def as_developed(served: Served) -> Iterator[None]:
    """As the original ran: demo accounts, anybody may read, browsers on other origins may ask."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "LOG2_N", 4)  # hashes that are quickly made
        create_demo_accounts(tables("demo"))
        limiter.cache_clear()
        with served.with_environment(PUBLIC_READ="true", CORS_ORIGINS="*"):
            yield


@pytest.fixture(scope="module", params=["nobody", "a team"])
def store(request: pytest.FixtureRequest, served: Served) -> Served:
    """The tables before anything happened, and after a team's weeks."""
    if request.param == "a team":
        request.getfixturevalue("board")
    return served


OF_NOBODY = pytest.mark.parametrize("store", ["nobody"], indirect=True)


def ask(store: Served, path: str, **asked: Any) -> httpx.Response:
    return store.get(path, key="", **asked)


def authorized(store: Served, path: str, **asked: Any) -> httpx.Response:
    return store.get(path, key="", headers={"Authorization": f"Bearer {token_of('demo')}"}, **asked)


def told(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def signed_in(store: Served, name: str, password: str, path: str = "/auth/token") -> httpx.Response:
    return store.post(path, {"username": name, "password": password}, key="")


# Health


def test_health(store: Served) -> None:
    body = told(ask(store, "/health"))
    assert body["status"] == "healthy"
    assert {"timestamp", "database_connected", "prodlens_cache_exists"} <= body.keys()


def test_root(store: Served) -> None:
    body = told(ask(store, "/"))
    assert {"message", "version"} <= body.keys()
    assert body["status"] == "running"


# Signing in


def test_a_right_password_gives_a_token(served: Served) -> None:
    body = told(signed_in(served, "demo", "demo123"))
    assert body["access_token"]
    assert body["token_type"] == "bearer"
    assert body["expires_in"] > 0


def test_a_wrong_password_is_401_with_a_detail(served: Served) -> None:
    answer = signed_in(served, "demo", "wrong")
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Invalid credentials"


def test_an_unknown_user_is_401(served: Served) -> None:
    assert signed_in(served, "nobody", "demo123").status_code == 401


def test_all_three_demo_users_sign_in(served: Served) -> None:
    for name in ("demo", "pilot", "admin"):
        assert told(signed_in(served, name, f"{name}123"))["access_token"]


def test_refreshing_with_credentials(served: Served) -> None:
    assert told(signed_in(served, "demo", "demo123", "/auth/refresh"))["access_token"]


# Other origins


def test_health_of_another_origin(served: Served) -> None:
    assert served.get("/health", key="", headers=ORIGIN).status_code == 200


def test_metrics_of_another_origin(store: Served) -> None:
    assert store.get("/api/metrics", key="", headers=ORIGIN).status_code == 200


def test_health_with_a_header_of_ones_own(served: Served) -> None:
    assert served.get("/health", key="", headers={"X-Custom-Header": "anything"}).status_code == 200


def test_get_and_post_both_work(served: Served) -> None:
    assert served.get("/health", key="", headers=ORIGIN).status_code == 200
    body = {"username": "demo", "password": "demo123"}
    assert served.post("/auth/token", body, key="", headers=ORIGIN).status_code == 200


# Metrics


def test_metrics_without_a_token_are_nine_kpis_and_a_time(store: Served) -> None:
    body = told(ask(store, "/api/metrics"))
    assert {*KPIS, "timestamp"} <= body.keys()
    assert all({"value", "unit"} <= body[name].keys() for name in KPIS)


def test_metrics_with_a_token(store: Served) -> None:
    assert {*KPIS} <= told(authorized(store, "/api/metrics")).keys()


def test_metrics_of_fourteen_days(store: Served) -> None:
    assert {*KPIS} <= told(ask(store, "/api/metrics", since="14")).keys()


def test_metrics_since_something_that_is_no_number(store: Served) -> None:
    assert {*KPIS} <= told(ask(store, "/api/metrics", since="invalid")).keys()


def test_the_raw_report_is_an_object(store: Served) -> None:
    assert isinstance(told(ask(store, "/api/metrics/raw")), dict)


def test_the_raw_report_of_thirty_days(store: Served) -> None:
    assert isinstance(told(ask(store, "/api/metrics/raw", since="30")), dict)


def test_every_value_is_a_number(store: Served) -> None:
    body = told(ask(store, "/api/metrics"))
    for name in KPIS:
        assert isinstance(body[name]["value"], int | float), name
        assert not isinstance(body[name]["value"], bool), name


# Profile


@OF_NOBODY
def test_a_profile_without_any_data_is_zeros(store: Served) -> None:
    body = told(ask(store, "/api/profile"))
    assert (body["total_sessions"], body["total_tokens_used"], body["total_cost_usd"]) == (0, 0, 0)


def test_a_profile_has_its_fields_with_their_types(store: Served) -> None:
    body = told(ask(store, "/api/profile", developer_id="ana"))
    assert PROFILE.keys() <= body.keys()
    for name, kind in PROFILE.items():
        assert isinstance(body[name], (int, float) if kind is float else kind), name


def test_an_unknown_developer_is_zeros_or_404(store: Served) -> None:
    assert ask(store, "/api/profile", developer_id="nobody-by-that-name").status_code in (200, 404)


def test_a_profile_with_a_token(store: Served) -> None:
    assert PROFILE.keys() <= told(authorized(store, "/api/profile")).keys()


def test_models_and_repositories_are_values_with_whole_counts(store: Served) -> None:
    body = told(ask(store, "/api/profile"))
    for one in (*body["most_used_models"], *body["active_repos"]):
        assert isinstance(one["value"], str)
        assert isinstance(one["count"], int)
    assert bool(body["most_used_models"]) == bool(body["total_sessions"])


# Sessions


@OF_NOBODY
def test_without_sessions_the_list_is_empty(store: Served) -> None:
    body = told(ask(store, "/api/sessions"))
    assert (body["total_count"], body["sessions"], body["page"], body["page_size"]) == (0, [], 1, 20)
    assert body["has_more"] is False


def test_a_page_of_sessions_echoes_what_was_asked(store: Served) -> None:
    body = told(ask(store, "/api/sessions", page=2, page_size=5))
    assert (body["page"], body["page_size"]) == (2, 5)
    assert len(body["sessions"]) <= 5
    assert body["has_more"] is (body["total_count"] > 10)


def test_sessions_are_filtered(store: Served) -> None:
    for asked in ({"developer_id": "ana"}, {"model": "anthropic/claude-3-sonnet"}):
        ((name, value),) = asked.items()
        assert {session[name] for session in told(ask(store, "/api/sessions", **asked))["sessions"]} <= {value}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(("sort_by", "field"), SORTS.items())
def test_sessions_are_sorted(store: Served, sort_by: str, field: str, order: str) -> None:
    sessions = told(ask(store, "/api/sessions", sort_by=sort_by, sort_order=order))["sessions"]
    values = [session[field] for session in sessions]
    assert values == sorted(values, reverse=order == "desc")


def test_an_unknown_session_is_404(store: Served) -> None:
    assert ask(store, "/api/sessions/no-such-session").status_code == 404


def test_a_session_has_its_fields(store: Served) -> None:
    body = told(ask(store, "/api/sessions"))
    assert all(session.keys() >= SESSION for session in body["sessions"])
    assert bool(body["sessions"]) == bool(body["total_count"])


def test_sessions_with_a_token(store: Served) -> None:
    assert "sessions" in told(authorized(store, "/api/sessions"))


def test_sessions_without_a_token(store: Served) -> None:
    assert "sessions" in told(ask(store, "/api/sessions"))


# Insights


def test_insights_have_five_parts(store: Served) -> None:
    assert told(ask(store, "/api/insights")).keys() >= INSIGHTS


def test_insights_are_lists_and_correlations_have_their_fields(store: Served) -> None:
    body = told(ask(store, "/api/insights"))
    assert all(isinstance(body[name], list) for name in INSIGHTS - {"generated_at"})
    assert all(correlation.keys() >= CORRELATION for correlation in body["correlations"])


def test_insights_of_fourteen_days(store: Served) -> None:
    assert told(ask(store, "/api/insights", since="14")).keys() >= INSIGHTS


def test_insights_with_a_lag_of_two_days(store: Served) -> None:
    assert told(ask(store, "/api/insights", lag_days=2)).keys() >= INSIGHTS


def test_findings_are_a_list_of_texts(store: Served) -> None:
    findings = told(ask(store, "/api/insights"))["key_findings"]
    assert isinstance(findings, list)
    assert all(isinstance(finding, str) for finding in findings)


def test_recommendations_are_a_list_of_texts(store: Served) -> None:
    recommendations = told(ask(store, "/api/insights"))["recommendations"]
    assert isinstance(recommendations, list)
    assert all(isinstance(recommendation, str) for recommendation in recommendations)


def test_insights_with_a_token(store: Served) -> None:
    assert told(authorized(store, "/api/insights")).keys() >= INSIGHTS


def test_a_lag_of_ten_days_is_clamped(store: Served) -> None:
    seven, ten = (told(ask(store, "/api/insights", lag_days=days))["correlations"] for days in (7, 10))
    assert ten == seven
    assert {one["lag_days"] for one in ten} <= {7}
