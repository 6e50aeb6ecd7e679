"""GET /api/metrics/raw, as the productivity contract documents it; and the numbers that are known from outside."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from belvedere.boards.productivity.github.merges import merge_times
from belvedere.boards.productivity.responses.raw import ReportRequest, report
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import DAY_MS
from belvedere.storage.tables import Tables
from tests.contract.productivity.golden import BRIEF, POLICY, REPO, TEAM, A, B, C, in_place
from tests.contract.productivity.team import API, cost, date, session
from tests.contract.productivity.team import SESSIONS as SENT
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

Json = dict[str, Any]
SHAPE = {
    "ai_interaction_velocity": {"median_latency_ms", "sessions_per_hour", "total_sessions"},
    "token_efficiency": {"tokens_per_accept", "accepted_sessions", "total_tokens", "tokens_per_accepted_line"},
    "acceptance_quality": {"avg_diff_ratio", "share_above_threshold", "threshold", "sample"},
    "pr_throughput": {"weekly_merged_prs", "total_merged"},
    "commit_frequency": {"daily_commits", "total_commits"},
    "cost_metrics": {"total_session_cost_usd", "merged_pr_count", "cost_per_merged_pr_usd"},
    "ai_outcome_association": {"pearson", "spearman", "lag_days"},
    "multiple_comparison_adjustment": {"method", "adjusted"},
    "metadata": {"repo", "since", "lag_days"},
}
PLAIN = {"acceptance_rate", "model_selection_accuracy", "error_rate", "pr_merge_time_hours", "rework_rate"}


def told(mine: Tables, *, days: int, now: int, lag: int = 1, policy: tuple[str, ...] = (), repo: str | None = None,
         fill: bool = False) -> Json:  # fmt: skip
    """The report of a workspace, asked at a moment."""
    request = ReportRequest(Scope(days, repo, policy), lag, fill)
    return asyncio.run(report(request, mine, now, slices=1))


@pytest.fixture(scope="module")
def team(served: Served) -> Tables:
    return in_place(served, "golden", TEAM)


# Known from outside


def test_the_team_of_three_sessions(team: Tables) -> None:
    found = told(team, **A, policy=POLICY)
    velocity, tokens, quality = (found[name] for name in list(SHAPE)[:3])
    assert velocity["median_latency_ms"] == pytest.approx(1500, rel=0.01)
    assert velocity["sessions_per_hour"] == pytest.approx(0.1111111)
    assert velocity["total_sessions"] == 3
    assert [found[name] for name in ("acceptance_rate", "model_selection_accuracy", "error_rate", "rework_rate")] == (
        pytest.approx([1 / 3, 2 / 3, 1 / 3, 0.5])
    )
    assert (tokens["tokens_per_accept"], tokens["tokens_per_accepted_line"]) == (100, 25)
    assert (tokens["accepted_sessions"], tokens["total_tokens"]) == (1, 100)
    assert quality == pytest.approx(
        {"avg_diff_ratio": 0.6233333, "share_above_threshold": 1 / 3, "threshold": 0.7, "sample": 3}
    )
    assert found["pr_throughput"]["total_merged"] == 2
    assert found["pr_throughput"]["weekly_merged_prs"] == pytest.approx(2 / (5 / 7))  # the original's is 2 for any days
    assert found["commit_frequency"] == {"daily_commits": 2.0, "total_commits": 2}
    assert found["pr_merge_time_hours"] == [10.0, 72.0]
    assert found["cost_metrics"] == pytest.approx(
        {"total_session_cost_usd": 0.00834, "merged_pr_count": 2, "cost_per_merged_pr_usd": 0.00417}
    )
    nothing = {"r": None, "p_value": None, "confidence_interval": None, "count": 1}
    assert found["ai_outcome_association"] == {"pearson": nothing, "spearman": nothing, "lag_days": 1}
    # without the original's acceptance_threshold 0.667, which is no p-value
    assert found["multiple_comparison_adjustment"] == {"method": "benjamini-hochberg", "adjusted": {}}
    assert found["metadata"]["since"] == "2024-01-01T00:00:00Z"


@pytest.mark.parametrize(("lines", "each"), [(0, 15.0), (None, 0.0)], ids=["no lines", "lines that nobody tells"])
def test_accepted_suggestions_of_no_lines_count_as_one(served: Served, lines: int | None, each: float) -> None:
    one = session("s", "2024-01-01T12:00:00Z", tokens=(10, 5), accepted=True, lines=lines)
    found = told(in_place(served, f"lines-{lines}".lower(), (one,)), **A)
    assert found["token_efficiency"]["tokens_per_accepted_line"] == each


def test_the_same_team_a_day_later(team: Tables) -> None:
    found = told(team, **B, lag=0)
    assert found["ai_interaction_velocity"]["sessions_per_hour"] == 1.0
    assert found["ai_interaction_velocity"]["total_sessions"] == 1
    assert (found["error_rate"], found["acceptance_rate"]) == (1, 0)
    assert (found["pr_merge_time_hours"], found["rework_rate"]) == ([72.0], 1.0)
    assert found["cost_metrics"]["total_session_cost_usd"] == pytest.approx(0.00009)
    assert found["ai_outcome_association"]["pearson"]["count"] == 1
    assert found["model_selection_accuracy"] is None


def test_three_sessions_within_ten_minutes(served: Served) -> None:
    found = told(in_place(served, "brief", BRIEF), **C)
    velocity = found["ai_interaction_velocity"]
    assert velocity["median_latency_ms"] == pytest.approx(1234.5, rel=0.01)
    assert (velocity["sessions_per_hour"], velocity["total_sessions"]) == (3.0, 3)
    assert (found["acceptance_rate"], found["error_rate"]) == (0, 0)
    assert found["cost_metrics"]["total_session_cost_usd"] == pytest.approx(0.0135)
    assert (found["pr_merge_time_hours"], found["cost_metrics"]["cost_per_merged_pr_usd"]) == ([], 0.0)


def test_days_without_anything_are_zeros_where_that_is_asked(team: Tables) -> None:
    filled = told(team, **A, lag=0, fill=True)["ai_outcome_association"]
    assert filled["pearson"]["count"] == 2
    assert filled["pearson"]["r"] == pytest.approx(-1.0)
    assert told(team, **A, lag=0)["ai_outcome_association"]["pearson"]["count"] == 1


def test_a_repository_alone(team: Tables) -> None:
    all_of_it, alone, nothing = (told(team, **A, repo=repo) for repo in (None, REPO, "another/one"))
    assert alone["pr_merge_time_hours"] == [10.0, 72.0]
    assert nothing["pr_merge_time_hours"] == []
    assert alone | {"metadata": None} == all_of_it | {"metadata": None}


# What is read of raw events


def test_a_list_that_is_cut_has_the_newest_and_says_so(team: Tables) -> None:
    scope, days = Scope(A["days"]), [A["now"] - n * DAY_MS for n in range(6)]
    some = merge_times(scope, scope.window(A["now"]), days, team.events, 1, most=1)
    assert (some.hours, some.cut) == ((72.0,), True)


def test_a_list_without_its_raw_events_says_what_it_lacks(team: Tables) -> None:
    found = told(replace(team, events=team.state), **A)
    assert found["pr_merge_time_hours"] == []
    assert found["metadata"]["pr_merge_time_hours"] == {"listed": 0, "of": 2, "complete": False}
    assert found["ai_interaction_velocity"]["span"]["source"] == "hours"
    assert told(team, **A)["metadata"]["pr_merge_time_hours"] == {"listed": 2, "of": 2, "complete": True}


# The answer


def test_the_answer_has_every_key(board: Served) -> None:
    answer = board.get("/api/metrics/raw")
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() >= SHAPE.keys() | PLAIN
    assert not {name for name, keys in SHAPE.items() if not body[name].keys() >= keys}
    assert body["ai_outcome_association"]["pearson"].keys() >= {"r", "p_value", "count"}
    assert body["metadata"].items() >= {
        "repo": "", "since": f"{date(7)}T00:00:00Z", "lag_days": 1, "fill_zero_days": False,
    }.items()  # fmt: skip
    sessions = [one for one in SENT if one["time"][:10] >= date(7)]
    assert body["cost_metrics"]["total_session_cost_usd"] == pytest.approx(cost(sessions))
    assert answer.headers["cache-control"] == "private, max-age=300, stale-while-revalidate=600"


def test_a_workspace_without_events_has_the_documented_emptiness(board: Served) -> None:
    body = board.get("/api/metrics/raw", key=board.key(workspace="empty")).json()
    nothing = {"r": None, "p_value": None, "confidence_interval": None, "count": 0}
    expected = {
        "ai_interaction_velocity": {
            "median_latency_ms": 0.0, "sessions_per_hour": 0.0, "total_sessions": 0, "span": None,
        },
        "acceptance_rate": 0.0,
        "model_selection_accuracy": None,
        "error_rate": 0.0,
        "token_efficiency": dict.fromkeys(SHAPE["token_efficiency"], 0),
        "acceptance_quality": {
            "avg_diff_ratio": None, "share_above_threshold": None, "threshold": 0.7, "sample": 0,
        },
        "pr_throughput": {"weekly_merged_prs": 0, "total_merged": 0},
        "commit_frequency": {"daily_commits": 0.0, "total_commits": 0},
        "pr_merge_time_hours": [],
        "rework_rate": 0.0,
        "cost_metrics": dict.fromkeys(SHAPE["cost_metrics"], 0),
        "ai_outcome_association": {"pearson": nothing, "spearman": nothing, "lag_days": 1},
        "multiple_comparison_adjustment": {"method": "benjamini-hochberg", "adjusted": {}},
    }  # fmt: skip
    assert {name: body[name] for name in expected} == expected


@pytest.mark.parametrize(("asked", "used"), [("0", 0), ("7", 7), ("8", 7), ("10", 7)])
def test_a_lag_of_more_than_a_week_is_a_week(board: Served, asked: str, used: int) -> None:
    body = board.get("/api/metrics/raw", lag_days=asked).json()
    assert body["metadata"]["lag_days"] == body["ai_outcome_association"]["lag_days"] == used


def test_what_cannot_be_asked_is_refused(board: Served) -> None:
    assert_refused(board.get("/api/metrics/raw", lag_days="-1"), 422, "VALIDATION_ERROR", "lag_days")
    assert_refused(board.get("/api/metrics/raw", lag_days="two"), 422, "VALIDATION_ERROR", "lag_days")
    assert_refused(board.get("/api/metrics/raw", since="0"), 422, "VALIDATION_ERROR", "since")
    assert_refused(board.get("/api/metrics/raw", fill_zero_days="some"), 422, "VALIDATION_ERROR", "fill_zero_days")
    assert board.get("/api/metrics/raw", since="invalid").status_code == 200


def test_one_repository(board: Served) -> None:
    body = board.get("/api/metrics/raw", repo=API).json()
    assert body["metadata"]["repo"] == API
    assert body["ai_interaction_velocity"]["total_sessions"] == 6
