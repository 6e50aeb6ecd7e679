"""The board's four alert rules, on real events: each fires for the student it is about, once, and says why."""

import asyncio
import json
from typing import Any

import pytest

from belvedere.boards.learning.alerts import RULES as RULES_OF_THE_BOARD
from belvedere.clock import DAY_MS, now_ms
from belvedere.realtime.alerts.store import forget
from belvedere.realtime.changelog.log import entries, read_head
from belvedere.realtime.push.service import run_push
from belvedere.storage.keys.realtime import alert_key
from belvedere.storage.tables import tables
from tests.worlds.served import Json, Served, interaction

RULES = "/v1/directory/alert-rules"


def alerts(workspace: str) -> list[Json]:
    """Have the rules look at what is new; every alert there is."""
    asyncio.run(run_push(workspace))
    state = tables(workspace).state
    return [dict(entry.body["alert"]) for entry in entries(state, 0, read_head(state).seq) if entry.kind == "alert"]


def attempts(served: Served, workspace: str, outcomes: str, *, days_ago: int = 0, **properties: Any) -> None:
    """A student's interactions of a day: `+` went well, `-` did not."""
    at, before = now_ms() - days_ago * DAY_MS, len(served.__dict__.setdefault("sent", []))
    served.__dict__["sent"] += outcomes
    events = (
        interaction(f"{workspace}-{before + n}", at, "ada", ok=outcome == "+", **{"concept": "torque", **properties})
        for n, outcome in enumerate(outcomes)
    )
    served.send_and_fold(*events, workspace=workspace)


def titles(workspace: str) -> list[str]:
    return [alert["title"] for alert in alerts(workspace)]


def test_a_low_success_rate_is_told_once_with_the_documented_fields(served: Served) -> None:
    attempts(served, "low", "+---", agent="forces")
    assert alerts("low") == []  # four are too few to say anything
    attempts(served, "low", "-")
    (alert,) = alerts("low")
    assert (alert["severity"], alert["title"], alert["entity_id"]) == ("warning", "Low success rate", "ada")
    assert alert["message"] == "ada succeeded in 20% of 5 interactions today"
    assert {"timestamp", "rule_id", "metric", "value", "threshold"} < alert.keys()
    attempts(served, "low", "-")
    assert len(alerts("low")) == 1


def test_the_same_error_three_times_is_told_with_the_error(served: Served) -> None:
    attempts(served, "error", "++++++-", error_type="sign")
    attempts(served, "error", "+++-", error_type="units")
    served.send_and_fold(
        *(interaction(f"sign-{n}", now_ms(), "bob", ok=True, error_type="sign") for n in range(2)), workspace="error"
    )
    told = [alert for alert in alerts("error") if alert["rule_id"] == "repeated_error"]
    assert [(alert["entity_id"], alert["message"]) for alert in told] == [
        ("ada", "ada met the error 'sign' 7 times today"),
    ]


def test_a_student_who_looks_in_and_never_stays_is_told_of_and_one_who_stays_is_not(served: Served) -> None:
    for days_ago in (4, 3, 2, 1, 0):
        attempts(served, "idle", "+", days_ago=days_ago)
        attempts(served, "busy", "++++++++", days_ago=days_ago)
    assert "Low engagement" in titles("idle")
    assert "Low engagement" not in titles("busy")


def test_a_student_who_stands_still_is_told_of_and_one_who_moves_is_not(served: Served) -> None:
    for days_ago in (9, 8):
        attempts(served, "still", "+-" * 40, days_ago=days_ago)
        attempts(served, "moving", "-" * 20, days_ago=days_ago)
    attempts(served, "still", "+-" * 6)
    attempts(served, "moving", "+" * 20)
    assert "No progress" in titles("still")
    assert "No progress" not in titles("moving")


def test_a_workspace_replaces_a_rule_silences_it_and_gets_the_boards_own_back(served: Served) -> None:
    admin = served.key("admin", "own")
    rule = {"metric": "success_rate", "comparison": "<", "threshold": 0.95, "at_least": 2, "title": "Not perfect"}
    path = f"{RULES}/learning/low_success"
    silent = {**rule, "enabled": False}
    assert served.ask("PUT", path, key=admin, json=silent).json()["source"] == "workspace"
    attempts(served, "own", "------")
    assert "Low success rate" not in titles("own")
    assert served.ask("PUT", path, key=admin, json=rule).status_code == 200
    attempts(served, "own", "+")
    assert "Not perfect" in titles("own")
    assert served.ask("DELETE", path, key=admin).status_code == 204
    listed = served.get(RULES, key=admin).json()["rules"]
    ours = [one for one in listed if one["board"] == "learning"]
    assert {our["rule_id"]: our["source"] for our in ours} == dict.fromkeys(
        ("low_engagement", "low_success", "plateau", "repeated_error"), "board"
    )


def test_nothing_is_remembered_of_a_user_who_is_erased(served: Served) -> None:
    attempts(served, "erased", "-----")
    attempts(served, "erased", "---", error_type="sign")
    assert len(alerts("erased")) == 2
    forget(tables("erased"), "ad")
    assert len(remembered("erased")) == 2
    forget(tables("erased"), "ada")
    assert remembered("erased") == []


def remembered(workspace: str) -> list[str]:
    """The users that rules remember something of."""
    partitions = (alert_key(workspace, f"learning.{rule.rule_id}", "", "").pk for rule in RULES_OF_THE_BOARD)
    return [str(item["sk"]) for pk in partitions for item in tables(workspace).state.query(pk, consistent=True)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"metric": "luck"}, "metric: 'luck' is not one of success_rate"),
        ({"comparison": "="}, "comparison"),
        ({"threshold": "high"}, "threshold"),
        ({"window_days": 0}, "window_days"),
        ({"hysteresis": -1}, "hysteresis"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_field(served: Served, change: Json, named: str) -> None:
    rule = {"metric": "success_rate", "comparison": "<", "threshold": 0.5, "title": "t"} | change
    answer = served.ask("PUT", f"{RULES}/learning/mine", key=served.key("admin"), json=rule)
    assert (answer.status_code, named in answer.json()["detail"]) == (422, True), answer.text


def test_only_boards_that_are_watched_have_rules(served: Served) -> None:
    answer = served.ask("PUT", f"{RULES}/nowhere/mine", key=served.key("admin"), json={
        "metric": "success_rate", "comparison": "<", "threshold": 0.5, "title": "t",
    })  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert served.ask("DELETE", f"{RULES}/learning/mine", key=served.key("admin")).status_code == 404


def test_an_alert_goes_out_on_the_stream(served: Served) -> None:
    with served.with_environment(STREAM_HOLD_S="0"):
        before = served.get("/dashboard/stream", key=served.key("read", "streamed")).text
        cursor = next(line for line in before.splitlines() if line.startswith("id: "))[4:]
        attempts(served, "streamed", "------")
        assert alerts("streamed")
        told = served.get("/dashboard/stream", key=served.key("read", "streamed"), cursor=cursor).text
    data = [json.loads(block.split("data: ")[1]) for block in told.split("\n\n") if block.startswith("event: alert")]
    assert "Low success rate" in [one["title"] for one in data]
