"""What happens to events on the deployed stack: seen soon, by their own workspace alone, erased for good, sealed and
corrected; and what happens to what is no event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.worlds.served import interaction
from tests.worlds.site import Site, ask, seen

DAY = ("2025-04-07T00:00:00Z", "2025-04-08T00:00:00Z")
WEEK = ("2025-04-01T00:00:00Z", "2025-04-08T00:00:00Z")
NOON = "2025-04-07T12:00:00Z"
READS: dict[str, Any] = {
    "/dashboard/timeseries": {"metrics": ["interaction_count"], "granularity": "1d"},
    "/dashboard/aggregation": {"metrics": ["interaction_count"], "dimensions": ["user_id"]},
}


def total(site: Site, workspace: str, part: tuple[str, str] = DAY) -> int:
    return int(site.summary(workspace, part)["total_interactions"])


def sent_and_seen(site: Site, workspace: str, *events: dict[str, Any], total_is: int) -> None:
    assert site.send(workspace, *events)["accepted"] == len(events)
    seen(lambda: total(site, workspace, WEEK) == total_is, lambda: total(site, workspace, WEEK))


def test_a_new_event_is_seen_without_anybody_asking_for_a_refresh(site: Site) -> None:
    workspace = "fresh"
    asked = {"start_date": DAY[0], "end_date": DAY[1]}

    def interactions() -> int:
        return int(site.get("/dashboard/summary", workspace, **asked)["summary"]["total_interactions"])

    assert interactions() == 0
    for number in (1, 2):
        assert site.send(workspace, interaction(f"fresh-{number}", NOON))["accepted"] == 1
        seen(lambda number=number: interactions() == number, interactions)


def test_a_key_of_another_workspace_sees_and_changes_nothing(site: Site) -> None:
    sent_and_seen(site, "own", interaction("secret", NOON, "somebody"), total_is=1)
    assert total(site, "foreign") == 0
    for path, body in READS.items():
        answer = site.post(path, "foreign", body | {"time_range": {"start_date": DAY[0], "end_date": DAY[1]}})
        assert "somebody" not in json.dumps(answer)
        assert not any(row["interaction_count"] for row in answer["data"])
    assert site.get("/v1/audit", "foreign", family="learning.interactions", from_=DAY[0], to=DAY[1])["events"] == 0
    refused = site.send("foreign", interaction("secret", NOON, "intruder") | {"workspace": "own"})
    assert [one["reason"] for one in refused["results"]] == ["foreign_workspace"]
    assert site.get("/v1/quarantine", "own")["quarantine"] == []
    assert total(site, "own") == 1


def test_a_read_key_does_not_write_and_a_write_key_does_not_read(site: Site) -> None:
    write, read = site.key("own", "write"), site.key("own", "read")
    assert ask(f"{site.stack.url}/v1/events", read, interaction("no", NOON))[0] == 403
    assert ask(f"{site.stack.url}/dashboard/summary", write)[0] == 403


def test_what_is_no_event_is_put_aside_with_its_reason_and_the_rest_is_folded(site: Site) -> None:
    workspace = "poisoned"
    partition = f"{workspace}#learning.interaction#{NOON[:10]}#0"
    sent_and_seen(site, workspace, interaction("before", NOON), total_is=1)
    site.put_raw({"pk": {"S": partition}, "sk": {"S": f"{NOON}#poison"}, "body": {"S": "{not an event"}})
    sent_and_seen(site, workspace, interaction("after", NOON), total_is=2)
    seen(lambda: bool(aside(site, workspace)), lambda: aside(site, workspace))
    (row,) = aside(site, workspace)
    assert row["reason"] == "unreadable_record"
    assert "not an event" in row["raw"]
    assert row["sequence"]
    report = site.get("/v1/audit", workspace, family="learning.interactions", from_=DAY[0], to=DAY[1])
    assert (report["equal"], report["events"]) == (True, 2)


def aside(site: Site, workspace: str) -> list[dict[str, Any]]:
    return list(site.get("/v1/quarantine", workspace)["quarantine"])


def test_an_erased_user_is_taken_out_of_every_number_and_class(site: Site) -> None:
    workspace = "erased"
    leaving = [interaction(f"leaving-{n}", NOON, "leaver", "forces", ok=False, ms=900) for n in range(3)]
    staying = [interaction(f"staying-{n}", NOON, "stayer", "energy", ms=100) for n in range(2)]
    sent_and_seen(site, workspace, *leaving, *staying, total_is=5)
    assert site.summary(workspace, DAY)["active_users"] == 2
    physics = {"class_id": "physics", "name": "Physics"}
    assert ask(f"{site.stack.url}/v1/directory/classes", site.key(workspace), physics)[0] == 201
    site.post("/v1/directory/classes/physics/students", workspace, {"add": ["leaver", "stayer"]})
    done = site.belvedere("erase", "leaver", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    left = {
        "total_interactions": 2, "active_users": 1, "agents_used": 1, "avg_response_time": 100.0, "success_rate": 1.0,
        "successful_interactions": 2,
    }  # fmt: skip
    seen(lambda: site.summary(workspace, DAY) == left, lambda: site.summary(workspace, DAY))  # the recount included
    assert site.summary(workspace, DAY, user_ids="leaver")["total_interactions"] == 0
    assert site.get("/v1/directory/classes/physics/students", workspace)["students"] == ["stayer"]
    for family in ("learning.interactions", "learning.interactions_by_agent", "learning.interactions_by_user"):
        assert site.get("/v1/audit", workspace, family=family, from_=DAY[0], to=DAY[1])["equal"]


def test_a_late_event_of_a_sealed_day_is_seen_and_the_seal_is_renewed(site: Site) -> None:
    workspace = "sealed"
    days = [f"2025-04-0{day}T10:00:00Z" for day in range(1, 8)]
    sent_and_seen(site, workspace, *(interaction(f"day-{day}", day, f"user-{day[9]}") for day in days), total_is=7)
    before = site.summary(workspace, WEEK)
    assert seal(site, workspace)["sealed"] > 0
    assert seal(site, workspace)["sealed"] == 0
    assert site.summary(workspace, WEEK) == before
    sent_and_seen(site, workspace, interaction("late", days[2], "user-late", ms=1000), total_is=8)
    after = site.summary(workspace, WEEK)
    assert (after["active_users"], after["avg_response_time"]) == (8, pytest.approx(300))
    assert seal(site, workspace)["sealed"] > 0
    assert site.summary(workspace, WEEK) == after


def seal(site: Site, workspace: str) -> dict[str, int]:
    """Have the function seal all days there are."""
    days = (datetime.now(UTC) - datetime.fromisoformat(WEEK[0])).days + 1
    payload = json.dumps({"workspaces": [workspace], "days": days})
    answer = site.aws("lambda").invoke(FunctionName=site.stack.functions["fold.seal"], Payload=payload)
    told = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    return dict(told[workspace])


def test_what_a_workspace_used_is_told_once_its_functions_are_asked_again(site: Site) -> None:
    event = interaction("used", NOON)
    assert site.send("used", event)["accepted"] == 1

    def used() -> dict[str, Any]:
        site.send("used", event)  # a duplicate: a process writes its counts at the end of a request, now and then
        return dict(site.get("/v1/usage", "used")["totals"])

    seen(lambda: used()["events"] == 1, used)
    assert used()["cost_nano_usd"] > 0
