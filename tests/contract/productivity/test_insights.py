"""GET /api/insights in both of its forms, as documented and as the shipped client reads it; and dismissals."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from belvedere.boards.productivity.insights.dismissals import LIFE_DAYS, dismiss, dismissed
from belvedere.boards.productivity.responses.insights import insights
from belvedere.boards.productivity.responses.raw import ReportRequest
from belvedere.boards.productivity.scope import Scope
from belvedere.clock import DAY_MS, now_ms
from belvedere.storage.tables import tables
from tests.contract.people import a_person
from tests.contract.productivity.golden import REPO, TEAM, A, in_place
from tests.contract.productivity.team import HAIKU, SONNET, at, date, event, pull_request, session
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

INSIGHTS = "/api/insights"
DOCUMENTED = json.loads("""
{
  "key_findings": ["✓ High AI interaction velocity"],
  "correlations": [{"variable1": "ai_sessions", "variable2": "commits", "count": 7, "lag_days": 1, "significant": true,
                    "method": "pearson"}],
  "recommendations": ["Continue current practices - metrics are healthy"],
  "anomalies": ["a"],
  "generated_at": "2024-10-28T12:00:00Z"
}
""")
ONE = {
    "id": "a", "category": "cost", "title": "t", "description": "d", "impact": "high", "actionable": True,
    "timestamp": "2024-10-28T12:00:00Z",
}  # fmt: skip
Json = dict[str, Any]
BUSY = "busy"  # the workspace of a team with something to tell in each category


def busy_weeks() -> list[Json]:
    """Four weeks of a team: ten sessions a working day, and then a dear week with failures, reworks and few kept."""
    events: list[Json] = []
    for day in range(1, 29):
        late = day <= 7
        for n in range(10):
            kept = n < (2 if late else 7)
            events.append(session(
                f"busy-{day}-{n}", at(day, f"10:{n:02d}:00"), f"dev-{n % 2}", accepted=kept, lines=4 if kept else None,
                model=SONNET if n % 2 else HAIKU, tokens=(400, 20) if n % 2 else (300, 500),
                cost=0.9 if late else 0.2 if n % 2 else 0.01, status=500 if day == 3 and n < 8 else 200,
            ))  # fmt: skip
    for number in range(4):
        then = at(2 + number, "12:00:00")
        opened = datetime.fromisoformat(then) - timedelta(hours=60)
        given = {"merged": True, "created_at": round(opened.timestamp() * 1000)}
        events += [pull_request("closed", number, then, **given), pull_request("rework", number, then)]
    shas = [(day, f"c-{day}-{n}") for day in range(1, 9) for n in range(day)]
    return [*events, *(event(sha, "commit", at(day), None, sha=sha) for day, sha in shas)]


@pytest.fixture(scope="module")
def busy(served: Served) -> Served:
    served.send_and_fold(*busy_weeks(), workspace=BUSY)
    return served


def ask(served: Served, person: dict[str, str] | None = None, **asked: Any) -> Any:
    """What the busy team's insights are, for a key or a person."""
    key = "" if person else served.key(workspace=BUSY)
    answer = served.get(INSIGHTS, key=key, headers=person, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


# As documented


def test_the_answer_has_the_documented_shape(busy: Served) -> None:
    body = ask(busy)
    assert_like(body, DOCUMENTED)
    assert [(one["variable1"], one["variable2"]) for one in body["correlations"]] == [("ai_sessions", "commits")] * 2
    assert [correlation["method"] for correlation in body["correlations"]] == ["pearson", "spearman"]
    assert all({"r", "p_value", "effect_size", "p_value_adjusted", "confidence_interval"} <= correlation.keys()
               for correlation in body["correlations"])  # fmt: skip
    assert body["window"]["days"] == 7


def test_findings_and_recommendations_are_those_of_the_numbers(busy: Served) -> None:
    body = ask(busy)
    assert body["key_findings"] == ["✗ Low acceptance rate"]
    told = " ".join(body["recommendations"])
    assert all(word in told for word in ("suggestions", "failed", "prompts", "reviews", "quality checks"))
    assert "High rework rate: 100.0%" in body["anomalies"]
    assert any(anomaly.startswith(f"{date(3)}: 8 failed sessions") for anomaly in body["anomalies"])


def test_a_constant_series_has_no_correlation_and_no_nan(busy: Served) -> None:
    for one in ask(busy, lag_days=0)["correlations"]:  # ten sessions a day
        assert (one["r"], one["p_value"], one["effect_size"], one["significant"]) == (None, None, None, False)
        assert one["count"] == 7


def test_a_correlation_of_the_team_s_weeks_is_significant_where_it_is(served: Served) -> None:
    wave = [3, 5, 2, 8, 6, 7, 1, 4]
    days = [
        one
        for day, number in enumerate(wave, 1)
        for n in range(number)
        for one in (
            session(f"w-{day}-{n}", at(day, f"09:00:{n:02d}")),
            event(f"w-c-{day}-{n}", "commit", at(day, f"15:00:{n:02d}"), None, sha=f"w-{day}-{n}"),
        )
    ]
    served.send_and_fold(*days, workspace="wave")
    told = served.get(INSIGHTS, key=served.key(workspace="wave"), lag_days=0, since="14").json()["correlations"]
    for one in told:
        assert (one["r"], one["count"], one["significant"], one["effect_size"]) == (pytest.approx(1), 8, True, "large")
    apart = served.get(INSIGHTS, key=served.key(workspace="wave"), lag_days=3, since="14").json()["correlations"]
    assert [(one["count"], one["significant"]) for one in apart] == [(5, False)] * 2


def test_the_known_team(served: Served) -> None:
    mine = in_place(served, "golden", TEAM)
    body = asyncio.run(insights(ReportRequest(Scope(A["days"])), mine, A["now"], slices=1))
    assert body["key_findings"] == ["✓ Good acceptance rate", "✓ Efficient token usage"]
    assert len(body["recommendations"]) == 3
    assert body["anomalies"] == ["Unusually high error rate: 33.3%", "High rework rate: 50.0%"]
    alone = asyncio.run(insights(ReportRequest(Scope(A["days"], REPO)), mine, A["now"], slices=1))
    assert alone == body


def test_a_workspace_without_events_hears_that_there_is_nothing(board: Served) -> None:
    body = board.get(INSIGHTS, key=board.key(workspace="empty")).json()
    assert len(body["key_findings"]) == len(body["recommendations"]) == 1
    assert all("no data" in anomaly for anomaly in body["anomalies"])
    assert [correlation["count"] for correlation in body["correlations"]] == [0, 0]


@pytest.mark.parametrize(("asked", "used"), [("2", 2), ("7", 7), ("10", 7)])
def test_a_lag_of_more_than_a_week_is_a_week(busy: Served, asked: str, used: int) -> None:
    assert [correlation["lag_days"] for correlation in ask(busy, lag_days=asked)["correlations"]] == [used, used]


def test_what_cannot_be_asked_is_refused(board: Served) -> None:
    assert_refused(board.get(INSIGHTS, lag_days="-1"), 422, "VALIDATION_ERROR", "lag_days")
    assert_refused(board.get(INSIGHTS, since="0"), 422, "VALIDATION_ERROR", "since")
    assert_refused(board.get(INSIGHTS, category="speed"), 422, "VALIDATION_ERROR", "category", "efficiency", "learning")
    for limit in ("0", "101", "few"):
        assert_refused(board.get(INSIGHTS, limit=limit), 422, "VALIDATION_ERROR", "limit")
    assert board.get(INSIGHTS, since="invalid").status_code == 200


# As the shipped client reads it


def test_the_client_gets_a_bare_list(busy: Served) -> None:
    answer = busy.get(INSIGHTS, key=busy.key(workspace=BUSY), limit=100)
    assert_like(answer.json(), [ONE])
    assert {one["category"] for one in answer.json()} == {"efficiency", "quality", "cost", "learning"}
    assert {one["impact"] for one in answer.json()} <= {"high", "medium", "low"}
    assert answer.headers["cache-control"] == "private, no-cache"


def test_every_insight_of_the_busy_team_is_computed_from_what_it_did(busy: Served) -> None:
    found = {one["id"].split(".")[0]: one for one in ask(busy, limit=100)}
    assert found.keys() == {
        "cost-rise", "cost-per-merge", "error-spike", "error-rate", "rework", "peak-hours", "merge-time",
        "acceptance-fall",
    }  # fmt: skip
    assert found["cost-rise"]["evidence"]["cost_usd"] == pytest.approx(7 * 10 * 0.9)
    assert found["merge-time"]["evidence"] == {"mean_hours": 60.0, "merges": 4}
    assert found["error-spike"]["evidence"]["failed"] == 8
    assert found["acceptance-fall"]["evidence"]["before"] == pytest.approx(0.7)
    assert found["peak-hours"]["evidence"]["share"] == 1.0


@pytest.mark.parametrize(("days", "told"), [(14, True), (15, False), (20, False)])
def test_cost_is_compared_only_with_days_that_have_data_from_the_first_on(busy: Served, days: int, told: bool) -> None:
    rules = {one["id"].split(".")[0] for one in ask(busy, since=days, limit=100)}
    assert ("cost-rise" in rules) is told


@pytest.mark.parametrize("category", ["efficiency", "quality", "cost", "learning"])
def test_a_category_is_that_part_of_all(busy: Served, category: str) -> None:
    everything = ask(busy, limit=100)
    assert ids(ask(busy, category=category)) == [one["id"] for one in everything if one["category"] == category]
    assert ids(ask(busy, category=category, limit=1)) == ids(ask(busy, category=category))[:1]


def test_an_empty_category_is_none(busy: Served) -> None:
    assert ids(ask(busy, category="", limit=100)) == ids(ask(busy, limit=100))
    assert "key_findings" in ask(busy, category="")


def test_the_same_finding_has_the_same_id_the_next_time(busy: Served) -> None:
    assert ids(ask(busy, limit=100)) == ids(ask(busy, limit=100, force_refresh="true"))
    assert set(ids(ask(busy, limit=100))).isdisjoint(ids(ask(busy, limit=100, since="14")))


def test_a_team_that_did_nothing_has_an_empty_list(board: Served) -> None:
    assert board.get(INSIGHTS, key=board.key(workspace="empty"), limit=5).json() == []


def ids(found: list[Json]) -> list[str]:
    return [one["id"] for one in found]


# Dismissed


def dismissal(served: Served, name: str, person: dict[str, str] | None = None, **options: Any) -> Any:
    key = "" if person else served.key(workspace=BUSY)
    return served.ask("POST", f"{INSIGHTS}/{name}/dismiss", key=key, headers=person, **options)


def test_what_a_person_dismisses_is_gone_for_them_alone(busy: Served) -> None:
    ada, bob = (a_person("viewer", name, BUSY) for name in ("ada", "bob"))
    first, *others = ids(ask(busy, ada, limit=100))
    answer = dismissal(busy, first, ada)
    assert (answer.status_code, answer.json()) == (200, {"id": first, "dismissed": True})
    assert answer.headers["cache-control"] == "no-store"
    assert ids(ask(busy, ada, limit=100)) == others
    assert ids(ask(busy, ada, limit=1)) == others[:1]
    assert ids(ask(busy, bob, limit=100)) == ids(ask(busy, limit=100)) == [first, *others]
    assert dismissal(busy, first, ada).json() == {"id": first, "dismissed": True}


def test_what_a_key_dismisses_is_gone_for_everybody(busy: Served) -> None:
    cleo = a_person("analyst", "cleo", BUSY)
    last = ids(ask(busy, limit=100))[-1]
    assert dismissal(busy, last).status_code == 200
    assert last not in ids(ask(busy, limit=100))
    assert last not in ids(ask(busy, cleo, limit=100))
    assert dismissal(busy, last, cleo).status_code == 200


def test_an_insight_of_a_repository_is_dismissed_with_its_repository(busy: Served) -> None:
    name = ids(ask(busy, limit=100, repo="acme/api"))[0]
    assert_refused(dismissal(busy, name), 404, "NOT_FOUND", "insight_id")
    assert dismissal(busy, name, params={"repo": "acme/api"}).status_code == 200
    assert name not in ids(ask(busy, limit=100, repo="acme/api"))


@pytest.mark.parametrize("name", ["nothing", "rework.7d.1999-W01", "rework.9999d.2026-W48", "rework.0d.x"])
def test_what_is_no_insight_cannot_be_dismissed(busy: Served, name: str) -> None:
    assert_refused(dismissal(busy, name), 404, "NOT_FOUND", name)


def test_who_may_see_insights_may_dismiss_them(busy: Served) -> None:
    name = ids(ask(busy, limit=100))[0]
    for role in ("viewer", "instructor", "analyst", "admin"):
        assert dismissal(busy, name, a_person(role, f"a-{role}", BUSY)).status_code == 200
    assert_refused(dismissal(busy, name, a_person("student", "a-student", BUSY)), 403, "FORBIDDEN")
    assert_refused(busy.ask("POST", f"{INSIGHTS}/{name}/dismiss", key=""), 401, "UNAUTHORIZED")
    with busy.with_environment(PUBLIC_READ="true"):  # let in, to the workspace of the anonymous, which has no such one
        assert_refused(busy.ask("POST", f"{INSIGHTS}/{name}/dismiss", key=""), 404, "NOT_FOUND")


def test_a_dismissal_ends_after_ninety_days(board: Served) -> None:
    state, now = tables("forgetful").state, now_ms()
    dismiss(state, "ada", "rework.7d.2026-W48", now)
    asked = ["rework.7d.2026-W48", "another"]
    assert dismissed(state, "ada", asked, now + LIFE_DAYS * DAY_MS - 1_000) == {"rework.7d.2026-W48"}
    assert dismissed(state, "ada", asked, now + LIFE_DAYS * DAY_MS) == set()
    assert dismissed(state, "bob", asked, now) == set()


def test_another_workspace_s_insights_are_its_own(busy: Served) -> None:
    name = ids(ask(busy, limit=100))[0]
    foreign = busy.key(workspace="stranger")
    assert_refused(busy.ask("POST", f"{INSIGHTS}/{name}/dismiss", key=foreign), 404, "NOT_FOUND")
    assert busy.get(INSIGHTS, key=foreign, limit=100).json() == []
