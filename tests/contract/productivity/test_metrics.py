"""GET /api/metrics, as the productivity contract documents it; and the numbers that are known from outside."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from belvedere.boards.productivity.kpis.team_stats_query import query_team_stats
from belvedere.boards.productivity.responses.metrics import metrics
from belvedere.boards.productivity.scope import Scope
from belvedere.storage.tables import Tables
from tests.contract.people import a_person
from tests.contract.productivity.golden import BRIEF, POLICY, REPO, TEAM, A, B, C, in_place
from tests.contract.productivity.team import API, ODD_REPO, SONNET, date
from tests.contract.shapes import assert_like, assert_refused, moment
from tests.worlds.served import Served

VALUE = {"value": 4.5, "unit": "sessions/hour", "threshold": 4.0}
NINE = {
    "ai_interaction_velocity": ("sessions/hour", 4),
    "acceptance_rate": ("%", 25),
    "model_selection_accuracy": ("%", 80),
    "error_rate": ("%", 5),
    "token_efficiency": ("tokens/line", 50),
    "pr_throughput": ("PRs/week", 5),
    "commit_frequency": ("commits/day", 10),
    "pr_merge_time_hours": ("hours", 24),
    "rework_rate": ("%", 22),
}
Json = dict[str, Any]


def told(mine: Tables, *, days: int, now: int, repo: str | None = None, policy: tuple[str, ...] = ()) -> Json:
    """The metrics of a workspace, asked at a moment."""
    scope = Scope(days, repo, policy)
    return metrics(asyncio.run(query_team_stats(scope, mine, now, slices=1)), scope.window(now), now)


def values(answer: Json) -> dict[str, float]:
    return {name: answer[name]["value"] for name in NINE}


@pytest.fixture(scope="module")
def team(served: Served) -> Tables:
    return in_place(served, "golden", TEAM)


# Known from outside


def test_the_team_of_three_sessions(team: Tables) -> None:
    assert values(told(team, **A, policy=POLICY)) == pytest.approx({
        "ai_interaction_velocity": 1 / 9,
        "acceptance_rate": 100 / 3,
        "model_selection_accuracy": 200 / 3,
        "error_rate": 100 / 3,
        "token_efficiency": 25,
        "pr_throughput": 2 / (5 / 7),  # a week's, where the original tells the window's 2
        "commit_frequency": 2.0,
        "pr_merge_time_hours": 41.0,  # of 10 and 72
        "rework_rate": 50.0,
    })  # fmt: skip


def test_the_same_team_a_day_later(team: Tables) -> None:
    assert values(told(team, **B, policy=POLICY)) == pytest.approx({
        "ai_interaction_velocity": 1.0,
        "acceptance_rate": 0.0,
        "model_selection_accuracy": 0.0,
        "error_rate": 100.0,
        "token_efficiency": 0.0,
        "pr_throughput": 1 / (4 / 7),
        "commit_frequency": 2.0,
        "pr_merge_time_hours": 72.0,
        "rework_rate": 100.0,
    })  # fmt: skip


def test_ten_minutes_count_as_an_hour(served: Served) -> None:
    answer = told(in_place(served, "brief", BRIEF), **C)
    assert values(answer) == pytest.approx(dict.fromkeys(NINE, 0.0) | {"ai_interaction_velocity": 3.0})
    assert answer["acceptance_rate"]["status"] == "critical"
    assert answer["pr_throughput"]["status"] is None


def test_a_repository_alone(served: Served, team: Tables) -> None:
    assert values(told(team, **A, policy=POLICY, repo=REPO)) == pytest.approx(values(told(team, **A, policy=POLICY)))
    assert values(told(team, **A, policy=POLICY, repo="another/one")) == dict.fromkeys(NINE, 0.0)


def test_status_follows_the_direction_that_is_meant(team: Tables) -> None:
    answer = told(team, **A, policy=POLICY)
    assert {name: answer[name]["status"] for name in NINE} == {
        "ai_interaction_velocity": "critical",
        "acceptance_rate": "good",
        "model_selection_accuracy": "warning",
        "error_rate": "critical",
        "token_efficiency": "good",
        "pr_throughput": "warning",
        "commit_frequency": "critical",
        "pr_merge_time_hours": "warning",
        "rework_rate": "critical",
    }


def test_sessions_whose_raw_events_are_gone_are_dated_by_the_hour(team: Tables) -> None:
    expired = replace(team, events=team.state)  # where there are no events
    assert told(expired, **A)["ai_interaction_velocity"]["value"] == pytest.approx(1 / 9)  # all were on the hour


# The answer


def test_the_answer_has_the_nine_and_when(board: Served) -> None:
    answer = board.get("/api/metrics")
    assert answer.status_code == 200
    body = answer.json()
    when = dict.fromkeys(("timestamp", "as_of"), "2024-10-28T12:00:00Z")
    assert_like(body, dict.fromkeys(NINE, VALUE) | when)
    assert {name: (body[name]["unit"], body[name]["threshold"]) for name in NINE} == NINE
    assert {body[name]["status"] for name in NINE} <= {"good", "warning", "critical", None}
    assert answer.headers["cache-control"] == "private, max-age=300, stale-while-revalidate=600"


def test_a_workspace_without_events_is_zeros_that_nobody_judges(board: Served) -> None:
    body = board.get("/api/metrics", key=board.key(workspace="empty")).json()
    assert {name: (body[name]["value"], body[name]["status"], body[name]["sample"]) for name in NINE} == dict.fromkeys(
        NINE, (0.0, None, 0)
    )
    assert body["as_of"] is None


@pytest.mark.parametrize(("since", "days"), [(None, 7), ("14", 14), ("invalid", 7), ("7.5", 7), ("", 7)])
def test_since_is_a_number_of_days_and_what_is_none_is_seven(board: Served, since: str | None, days: int) -> None:
    body = board.get("/api/metrics", **({} if since is None else {"since": since})).json()
    assert body["window"]["days"] == days
    assert moment(body["window"]["start"]).date().isoformat() == date(days)


@pytest.mark.parametrize("since", ["0", "-1", "3651", "999999999"])
def test_a_number_of_days_that_cannot_be_is_refused(board: Served, since: str) -> None:
    assert_refused(board.get("/api/metrics", since=since), 422, "VALIDATION_ERROR", "since", "1 to 3650")


def test_the_policy_is_the_caller_s_or_the_deployment_s(board: Served) -> None:
    asked = board.get("/api/metrics", policy_model=[SONNET, "nobody's"]).json()["model_selection_accuracy"]
    assert asked["status"] is not None
    assert asked["sample"] == 9
    assert asked["value"] == pytest.approx(100 * 4 / 9)
    with board.with_environment(POLICY_MODELS=f" {SONNET} ,nobody's"):
        assert board.get("/api/metrics").json()["model_selection_accuracy"] == asked
    assert board.get("/api/metrics").json()["model_selection_accuracy"]["status"] is None


def test_a_repository_is_asked_for_by_its_name(board: Served) -> None:
    sample = {repo: board.get("/api/metrics", repo=repo).json()["error_rate"]["sample"] for repo in (API, ODD_REPO, "")}
    assert (sample[API], sample[ODD_REPO], sample[""]) == (6, 2, 9)
    assert_refused(board.get("/api/metrics", repo="x" * 201), 422, "VALIDATION_ERROR", "repo")


# Who may ask


def test_roles_that_may_see_totals_may_ask_and_students_may_not(board: Served) -> None:
    for role in ("viewer", "instructor", "analyst", "admin"):
        assert board.get("/api/metrics", key="", headers=a_person(role, f"the-{role}")).status_code == 200
    refused = board.get("/api/metrics", key="", headers=a_person("student", "the-student"))
    assert_refused(refused, 403, "FORBIDDEN", "student")


def test_nobody_may_ask_where_public_reads_are_off_and_anybody_where_they_are_on(board: Served) -> None:
    assert_refused(board.get("/api/metrics", key=""), 401, "UNAUTHORIZED")
    with board.with_environment(PUBLIC_READ="true"):
        assert board.get("/api/metrics", key="").status_code == 200
        bad = board.get("/api/metrics", key="", headers={"Authorization": "Bearer not-a-token"})
        assert_refused(bad, 401, "UNAUTHORIZED")


def test_an_answer_is_kept_and_worked_out_again_when_that_is_asked(board: Served) -> None:
    board.get("/api/metrics")
    kept, forced = board.get("/api/metrics"), board.get("/api/metrics", force_refresh="true")
    assert kept.headers["x-cache"].startswith("hit")
    assert forced.headers["x-cache"] == "bypass"
    assert kept.headers["etag"] == forced.headers["etag"]
    assert kept.json()["cache_info"]["cache_key"] == forced.json()["cache_info"]["cache_key"]
