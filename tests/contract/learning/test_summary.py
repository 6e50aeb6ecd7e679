"""GET /dashboard/summary, as the learning contract documents it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests import clock
from tests.contract.learning.school import WEEK, among, at, by_agent, mean_ms, totals
from tests.contract.shapes import assert_like, assert_refused, moment
from tests.worlds.served import Served, interaction

DOCUMENTED = json.loads("""
{
  "time_range": {"start": "2025-01-08T00:00:00", "end": "2025-01-15T00:00:00", "preset": "7d"},
  "summary": {"total_interactions": 1250, "active_users": 45, "agents_used": 6, "avg_response_time": 245.3,
              "success_rate": 0.87, "successful_interactions": 1087},
  "agent_breakdown": [{"agent_type": "kinematics", "interaction_count": 450}],
  "hourly_activity": [{"hour": "2025-01-15T10:00:00", "interactions": 85, "avg_response_time": 235.2}],
  "cache_info": {"generated_at": "2025-01-15T10:30:00", "cache_key": "dashboard:summary:all:7d"}
}
""")
PRESETS = {"1h": 1 / 24, "6h": 0.25, "24h": 1, "7d": 7, "30d": 30, "90d": 90, "1y": 365}
TODAY = "today"  # a workspace with events of the present


@pytest.fixture(scope="module")
def summary(board: Served) -> dict[str, Any]:
    """The summary of the school's week."""
    answer = board.get("/dashboard/summary", **WEEK)
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_answer_has_the_documented_shape(board: Served, now: datetime) -> None:
    answer = board.get("/dashboard/summary", key=board.key(workspace=TODAY), preset="7d")
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED)


def test_the_totals_are_those_of_the_events(summary: dict[str, Any]) -> None:
    assert summary["summary"] == pytest.approx(totals(among(*WEEK.values())))


def test_a_range_begins_with_its_start_and_ends_before_its_end(board: Served) -> None:
    week = board.get("/dashboard/summary", **WEEK).json()["summary"]["total_interactions"]
    wider = {"start_date": "2025-01-07T23:00:00Z", "end_date": "2025-01-15T01:00:00Z"}
    assert board.get("/dashboard/summary", **wider).json()["summary"]["total_interactions"] == week + 2


def test_agents_are_listed_with_the_busiest_first_and_equals_by_name(summary: dict[str, Any]) -> None:
    counts = by_agent(among(*WEEK.values()))
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    assert [tuple(row.values()) for row in summary["agent_breakdown"]] == expected


def test_hints_are_no_interactions_and_make_nobody_active(summary: dict[str, Any], board: Served) -> None:
    alone = board.get("/dashboard/summary", **WEEK, user_ids="user6").json()
    assert alone["summary"] == totals([])


# The last 24 hours of the range, with the request's filters, empty hours filled (docs/boards/learning.md).


def test_hourly_activity_is_the_last_day_of_the_range_hour_by_hour(summary: dict[str, Any]) -> None:
    hours = [moment(row["hour"]) for row in summary["hourly_activity"]]
    assert (hours[0], len(hours)) == (at("2025-01-14T00:00:00Z"), 24)
    assert {later - earlier for earlier, later in pairwise(hours)} == {timedelta(hours=1)}
    for row in summary["hourly_activity"]:
        events = among(row["hour"], (moment(row["hour"]) + timedelta(hours=1)).isoformat())
        assert (row["interactions"], row["avg_response_time"]) == (len(events), pytest.approx(mean_ms(events)))


def test_hourly_activity_obeys_the_filters(board: Served) -> None:
    answer = board.get("/dashboard/summary", **WEEK, agent_types="energy", user_ids="user3").json()
    active = {row["hour"]: row["interactions"] for row in answer["hourly_activity"] if row["interactions"]}
    assert active == {"2025-01-14T10:00:00Z": 1, "2025-01-14T11:00:00Z": 1}


def test_hourly_activity_of_a_short_range_is_no_longer_than_the_range(board: Served) -> None:
    part = {"start_date": "2025-01-14T09:00:00Z", "end_date": "2025-01-14T12:00:00Z"}
    hours = board.get("/dashboard/summary", **part).json()["hourly_activity"]
    assert [row["interactions"] for row in hours] == [0, 3, 1]


# Filters


@pytest.mark.parametrize(
    ("users", "agents"),
    [(["user1"], []), (["user1", "user2"], []), ([], ["kinematics", "forces"]), (["user1", "user3"], ["energy"])],
)
@pytest.mark.parametrize("joined", [False, True], ids=["repeated", "comma-joined"])
def test_lists_are_taken_repeated_and_comma_joined(
    board: Served, users: list[str], agents: list[str], joined: bool
) -> None:
    lists = {"user_ids": users, "agent_types": agents}
    asked = {name: [",".join(given)] if joined else given for name, given in lists.items() if given}
    answer = board.get("/dashboard/summary", **WEEK, **asked).json()
    expected = among(*WEEK.values(), users=users, agents=agents)
    assert answer["summary"] == pytest.approx(totals(expected))
    assert {row["agent_type"]: row["interaction_count"] for row in answer["agent_breakdown"]} == by_agent(expected)


def test_both_ways_of_giving_a_list_may_be_mixed(board: Served) -> None:
    three = board.get("/dashboard/summary", **WEEK, user_ids=["user1,user2", "user3"]).json()
    assert three["summary"] == pytest.approx(totals(among(*WEEK.values(), users=["user1", "user2", "user3"])))


def test_nobody_by_that_name_is_an_empty_summary(board: Served) -> None:
    answer = board.get("/dashboard/summary", **WEEK, user_ids="nobody").json()
    assert answer["summary"] == totals([])
    assert answer["agent_breakdown"] == []


# Ranges


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_covers_its_length_and_ends_with_the_bucket_that_holds_the_present(board: Served, preset: str) -> None:
    before = clock.now()
    told = board.get("/dashboard/summary", preset=preset).json()["time_range"]
    after = clock.now()
    width = timedelta(minutes=1) if preset in ("1h", "6h") else timedelta(hours=1)
    assert told["preset"] == preset
    assert moment(told["start"]) <= before - timedelta(days=PRESETS[preset])
    assert after - timedelta(days=PRESETS[preset]) - moment(told["start"]) < timedelta(days=1)
    assert before < moment(told["end"]) <= after + width
    assert (moment(told["end"]) - datetime(1970, 1, 1, tzinfo=UTC)) % width == timedelta(0)


def test_nothing_asked_is_seven_days(board: Served) -> None:
    assert board.get("/dashboard/summary").json()["time_range"]["preset"] == "7d"


@pytest.mark.parametrize("preset", list(PRESETS))
def test_what_just_happened_is_in_every_preset(board: Served, now: datetime, preset: str) -> None:
    answer = board.get("/dashboard/summary", key=board.key(workspace=TODAY), preset=preset).json()
    assert answer["summary"]["total_interactions"] == 1
    assert sum(row["interactions"] for row in answer["hourly_activity"]) == 1


def test_both_dates_win_over_a_preset(board: Served, summary: dict[str, Any]) -> None:
    both = board.get("/dashboard/summary", **WEEK, preset="1h").json()
    assert both["time_range"] == summary["time_range"]
    assert both["time_range"]["preset"] is None


@pytest.mark.parametrize("alone", ["start_date", "end_date"])
def test_one_date_alone_is_refused_rather_than_ignored(board: Served, alone: str) -> None:
    answer = board.get("/dashboard/summary", **{alone: WEEK[alone]})
    assert_refused(answer, 422, "VALIDATION_ERROR", "start_date", "end_date")


def test_a_range_is_widened_to_whole_hours_and_echoed(board: Served) -> None:
    part = {"start_date": "2025-01-14T10:20:00Z", "end_date": "2025-01-14T11:00:01Z"}
    answer = board.get("/dashboard/summary", **part).json()
    assert answer["time_range"] == {"start": "2025-01-14T10:00:00Z", "end": "2025-01-14T12:00:00Z", "preset": None}
    assert answer["summary"]["total_interactions"] == 4


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-01-08", "2025-01-15"),
        ("2025-01-08T00:00:00", "2025-01-15T00:00:00"),
        ("2025-01-08T01:00:00+01:00", "2025-01-14T19:00:00-05:00"),
    ],
    ids=["days", "without an offset, which is UTC", "with offsets"],
)
def test_dates_are_taken_in_every_iso_form(board: Served, summary: dict[str, Any], start: str, end: str) -> None:
    answer = board.get("/dashboard/summary", start_date=start, end_date=end).json()
    assert answer["time_range"] == summary["time_range"]
    assert answer["summary"] == summary["summary"]


# Nothing to say


def test_an_empty_range_is_zeros_and_explain_tells_which_of_them_were_null(board: Served) -> None:
    empty = {"start_date": "2024-06-01T00:00:00Z", "end_date": "2024-06-02T00:00:00Z"}
    answer = board.get("/dashboard/summary", **empty, explain="true").json()
    assert answer["summary"] == totals([])
    assert answer["agent_breakdown"] == []
    assert [row["interactions"] for row in answer["hourly_activity"]] == [0] * 24
    null = {name for name, value in answer["explain"]["metrics"].items() if value is None}
    assert null == {"avg_response_time", "success_rate"}


def test_explain_tells_the_plan_the_units_and_the_cache(board: Served) -> None:
    explained = board.get("/dashboard/summary", **WEEK, explain="true").json()["explain"]
    assert {plan["family"] for plan in explained["plans"]} == {
        "learning.interactions", "learning.interactions_by_agent",
    }  # fmt: skip
    assert explained.keys() >= {"metrics", "plans", "units", "cache"}
    assert "explain" not in board.get("/dashboard/summary", **WEEK).json()


# Freshness


def test_as_of_is_when_the_newest_folded_event_was_received(board: Served) -> None:
    workspace = "as-of"
    key = board.key(workspace=workspace)
    assert board.get("/dashboard/summary", key=key).json()["as_of"] is None
    before = clock.now()
    board.send_and_fold(interaction("fresh", "2025-01-14T10:00:00Z"), workspace=workspace)
    told = moment(board.get("/dashboard/summary", key=key, force_refresh="true").json()["as_of"])
    assert before - timedelta(milliseconds=1) <= told <= clock.now()


def test_force_refresh_works_an_answer_out_again(board: Served) -> None:
    board.get("/dashboard/summary", **WEEK)
    kept = board.get("/dashboard/summary", **WEEK)
    forced = board.get("/dashboard/summary", **WEEK, force_refresh="true")
    assert kept.headers["x-cache"].startswith("hit")
    assert forced.headers["x-cache"] == "bypass"
    assert forced.json()["summary"] == kept.json()["summary"]
    assert moment(forced.json()["cache_info"]["generated_at"]) > moment(kept.json()["cache_info"]["generated_at"])


def test_two_requests_share_a_cache_key_only_when_they_ask_the_same(board: Served) -> None:
    asked: list[dict[str, Any]] = [
        WEEK, WEEK | {"agent_types": "forces"}, WEEK | {"agent_types": "energy"}, WEEK | {"user_ids": "user1"},
        WEEK | {"user_ids": "user1,user2"}, {**WEEK, "end_date": "2025-01-14T00:00:00Z"},
    ]  # fmt: skip
    keys = [board.get("/dashboard/summary", **one).json()["cache_info"]["cache_key"] for one in asked]
    assert len(set(keys)) == len(asked)
    again = board.get("/dashboard/summary", **WEEK, user_ids=["user2", "user1"]).json()["cache_info"]["cache_key"]
    assert again == keys[4]


@pytest.fixture(scope="module")
def now(board: Served) -> datetime:
    """The present, in which another workspace has had one interaction."""
    present = clock.now()
    board.send_and_fold(interaction("now", present.isoformat()), workspace=TODAY)
    return present


# Refusals


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"preset": "2d"}, ("preset", "1h, 6h, 24h, 7d, 30d, 90d, 1y")),
        ({"start_date": "yesterday", "end_date": "today"}, ("start_date", "ISO 8601")),
        ({"start_date": WEEK["start_date"], "end_date": "2025-01-32"}, ("end_date", "ISO 8601")),
        ({"start_date": WEEK["end_date"], "end_date": WEEK["start_date"]}, ("start_date", "before end_date")),
        ({"start_date": WEEK["start_date"], "end_date": WEEK["start_date"]}, ("start_date", "before end_date")),
        ({"start_date": "2010-01-01", "end_date": "2025-01-01"}, ("3660 days",)),
        ({"user_ids": ",".join(f"user{n}" for n in range(101))}, ("user_ids", "101", "100")),
        ({"agent_types": [f"agent{n}" for n in range(101)]}, ("agent_types", "101", "100")),
        ({"force_refresh": "perhaps"}, ("force_refresh",)),
        ({"explain": "perhaps"}, ("explain",)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    board: Served, asked: dict[str, Any], told: tuple[str, ...]
) -> None:
    assert_refused(board.get("/dashboard/summary", **asked), 422, "VALIDATION_ERROR", *told)


def test_another_workspace_s_data_is_never_seen(board: Served) -> None:
    mine = board.get("/dashboard/summary", key=board.key(workspace="stranger"), **WEEK).json()
    assert mine["summary"] == totals([])
    named = board.get("/dashboard/summary", key=board.key(workspace="stranger"), **WEEK, workspace="demo")
    assert_refused(named, 403, "FORBIDDEN", "workspace")
