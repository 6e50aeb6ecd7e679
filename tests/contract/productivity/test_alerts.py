"""The board's alert rules on real events: a budget and failures, of a developer's day; each told once, and why."""

import asyncio
from typing import Any

from belvedere.realtime.changelog.log import entries, read_head
from belvedere.realtime.push.service import run_push
from belvedere.storage.tables import tables
from tests.contract.productivity.team import at, session
from tests.worlds.served import Json, Served

RULES = "/v1/directory/alert-rules"


def alerts(workspace: str) -> list[Json]:
    """Have the rules look at what is new; every alert there is."""
    asyncio.run(run_push(workspace))
    state = tables(workspace).state
    return [dict(entry.body["alert"]) for entry in entries(state, 0, read_head(state).seq) if entry.kind == "alert"]


def works(served: Served, workspace: str, *names: str, days_ago: int = 0, **told: Any) -> None:
    """Sessions of a day, at its beginning."""
    served.send_and_fold(*(session(name, at(days_ago), **told) for name in names), workspace=workspace)


def test_a_developer_over_the_budget_of_the_day_is_told_of_once_with_the_documented_fields(served: Served) -> None:
    works(served, "spent", "a", "b", cost=12.5)
    works(served, "spent", "of-ben", "of-ben-2", user="ben", cost=12.4)
    works(served, "spent", "long-ago", days_ago=1, cost=100.0)
    assert alerts("spent") == []  # 25 USD are not more than 25
    works(served, "spent", "c", cost=0.02)
    (alert,) = alerts("spent")
    assert (alert["rule_id"], alert["severity"], alert["entity_id"]) == ("daily_budget", "warning", "ana")
    assert (alert["title"], alert["message"]) == ("Daily budget exceeded", "ana spent 25.02 USD on 3 sessions today")
    assert (alert["metric"], alert["value"], alert["threshold"]) == ("total_cost", 25.02, 25.0)
    works(served, "spent", "d", cost=3.0)
    assert len(alerts("spent")) == 1


def test_failures_are_told_of_when_there_are_sessions_enough_to_tell(served: Served) -> None:
    works(served, "failing", *(f"bad-{n}" for n in range(4)), status=500)
    works(served, "failing", *(f"good-{n}" for n in range(15)), status=None)
    assert alerts("failing") == []  # 19 are too few
    works(served, "failing", "bad-4", status=429)
    (alert,) = alerts("failing")
    assert (alert["rule_id"], alert["severity"], alert["value"]) == ("high_error_rate", "error", 0.25)
    assert alert["message"] == "25% of 20 sessions of ana failed today"


def test_a_workspace_sets_its_own_budget_and_watches_acceptance_over_a_week(served: Served) -> None:
    admin = served.key("admin", "own-rules")
    budget = {"metric": "total_cost", "comparison": ">", "threshold": 1, "window_days": 7, "title": "Weekly budget"}
    picky = {"metric": "acceptance_rate", "comparison": "<", "threshold": 0.25, "window_days": 7, "at_least": 4,
             "title": "Little is accepted"}  # fmt: skip
    for name, rule in (("daily_budget", budget), ("picky", picky)):
        assert served.ask("PUT", f"{RULES}/productivity/{name}", key=admin, json=rule).status_code == 200
    works(served, "own-rules", "a", "b", "c", days_ago=3, cost=0.3, accepted=False)
    works(served, "own-rules", "untracked", cost=0.0)
    assert alerts("own-rules") == []
    works(served, "own-rules", "d", cost=0.3, accepted=False)
    told = {alert["title"]: alert["message"] for alert in alerts("own-rules")}
    assert told == {
        "Weekly budget": "ana spent 1.20 USD on 5 sessions in 7 days",
        "Little is accepted": "ana accepted 0% of 4 suggestions in 7 days",
    }


def test_an_unknown_metric_is_refused_with_those_there_are(served: Served) -> None:
    rule = {"metric": "luck", "comparison": "<", "threshold": 0.5, "title": "t"}
    answer = served.ask("PUT", f"{RULES}/productivity/mine", key=served.key("admin"), json=rule)
    assert answer.status_code == 422
    assert "total_cost, error_rate, acceptance_rate" in answer.json()["detail"]
