"""POST /dashboard/timeseries, as the learning contract documents it."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.clock import now
from tests.contract.learning.school import WEEK, among, at, mean_ms
from tests.contract.shapes import assert_like, assert_refused, moment
from tests.worlds.served import Served, interaction

PATH = "/dashboard/timeseries"
DAY = {"start_date": "2025-01-14T00:00:00Z", "end_date": "2025-01-15T00:00:00Z"}
FOUR = ["interaction_count", "success_rate", "avg_response_time", "unique_users"]
Json = dict[str, Any]

DOCUMENTED_REQUEST = json.loads("""
{
  "metrics": ["interaction_count", "success_rate", "avg_response_time"],
  "time_range": {"preset": "24h"},
  "granularity": "1h",
  "filters": {"user_ids": ["user1", "user2"], "agent_types": ["kinematics", "forces"], "success_only": false},
  "aggregation": "avg"
}
""")
DOCUMENTED = json.loads("""
{
  "metrics": ["interaction_count"],
  "granularity": "1h",
  "time_range": {"start": "2025-01-14T10:00:00", "end": "2025-01-15T10:00:00"},
  "data": [{"timestamp": "2025-01-14T10:00:00", "interaction_count": 45, "success_rate": 0.89,
            "avg_response_time": 234.5, "unique_users": 12}],
  "generated_at": "2025-01-15T10:30:00"
}
""")


def series(board: Served, **asked: Any) -> Json:
    answer = board.post(PATH, {"metrics": ["interaction_count"], "time_range": DAY, **asked})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def counted(events: list[Json]) -> Json:
    good = sum(event["properties"]["success"] for event in events)
    return {
        "interaction_count": len(events),
        "success_rate": good / len(events) if events else 0,
        "avg_response_time": mean_ms(events),
        "unique_users": len({event["user"] for event in events if "user" in event}),
    }


def test_the_documented_request_gets_the_documented_shape(board: Served) -> None:
    answer = board.post(PATH, DOCUMENTED_REQUEST)
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED)
    assert answer.json()["metrics"] == DOCUMENTED_REQUEST["metrics"]
    assert len(answer.json()["data"]) == 25  # the hour that the day begins in, and the one that is not over


def test_the_documented_client_call_without_filters_is_taken(board: Served) -> None:
    asked = {"metrics": ["interaction_count", "success_rate"], "time_range": {"preset": "24h"}, "granularity": "1h"}
    assert_like(board.post(PATH, asked).json(), DOCUMENTED)


def test_all_four_documented_numbers_are_in_every_row_whatever_was_asked(board: Served) -> None:
    for row in series(board, metrics=["success_rate"])["data"]:
        assert list(row) == ["timestamp", *FOUR]


@pytest.mark.parametrize(
    ("granularity", "width"),
    [("1h", timedelta(hours=1)), ("6h", timedelta(hours=6)), ("1d", timedelta(days=1)), ("1w", timedelta(days=7))],
)
def test_every_bucket_counts_its_own_events_and_empty_ones_are_zeros(
    board: Served, granularity: str, width: timedelta
) -> None:
    found = series(board, granularity=granularity, time_range=WEEK)
    starts = [moment(row["timestamp"]) for row in found["data"]]
    assert {later - earlier for earlier, later in pairwise(starts)} <= {width}
    assert sum(row["interaction_count"] for row in found["data"]) == len(among(*WEEK.values()))
    for row in found["data"]:
        low, high = max(row["timestamp"], WEEK["start_date"]), moment(row["timestamp"]) + width
        events = among(low, min(high, at(WEEK["end_date"])).isoformat())
        assert {name: row[name] for name in FOUR} == pytest.approx(counted(events))


def test_weeks_begin_on_monday(board: Served) -> None:
    weeks = series(board, granularity="1w", time_range=WEEK)["data"]
    assert [row["timestamp"] for row in weeks] == ["2025-01-06T00:00:00Z", "2025-01-13T00:00:00Z"]


@pytest.mark.parametrize(("granularity", "minutes"), [("1m", 1), ("5m", 5), ("15m", 15)])
def test_the_present_is_told_by_the_minute(board: Served, granularity: str, minutes: int) -> None:
    present = now()
    workspace = f"by-{minutes}"
    board.send_and_fold(interaction("now", present.isoformat()), workspace=workspace)
    asked = {"metrics": ["interaction_count"], "time_range": {"preset": "1h"}, "granularity": granularity}
    rows = board.post(PATH, asked, key=board.key(workspace=workspace)).json()["data"]
    assert all(moment(row["timestamp"]).minute % minutes == 0 for row in rows)
    (busy,) = [row for row in rows if row["interaction_count"]]
    assert moment(busy["timestamp"]) <= present < moment(busy["timestamp"]) + timedelta(minutes=minutes)


def test_days_of_a_time_zone_are_made_of_its_hours(board: Served) -> None:
    days = series(board, granularity="1d", tz="America/New_York")["data"]
    assert [row["timestamp"] for row in days] == ["2025-01-13T00:00:00-05:00", "2025-01-14T00:00:00-05:00"]
    assert [row["interaction_count"] for row in days] == [0, len(among(*DAY.values()))]


def test_a_half_hour_zone_s_day_begins_at_its_midnight_and_is_told_by_its_date(board: Served) -> None:
    found = series(board, granularity="1d", tz="Asia/Kolkata")  # midnight there is 18:30 UTC
    assert [row["timestamp"] for row in found["data"]] == ["2025-01-14T00:00:00+05:30", "2025-01-15T00:00:00+05:30"]
    assert [row["interaction_count"] for row in found["data"]] == [4, 2]
    assert found["inexact"] is None  # nothing happened in the hour of its midnight


# Filters


@pytest.mark.parametrize(
    ("filters", "users", "agents"),
    [
        ({"user_ids": ["user1", "user2"]}, ["user1", "user2"], []),
        ({"agent_types": ["forces", "energy"]}, [], ["forces", "energy"]),
        ({"user_ids": ["user2"], "agent_types": ["forces"]}, ["user2"], ["forces"]),
        ({"user_ids": [], "agent_types": []}, [], []),
    ],
)
def test_filters_choose_what_counts(board: Served, filters: Json, users: list[str], agents: list[str]) -> None:
    found = series(board, filters=filters, time_range=WEEK, granularity="1d")["data"]
    for row in found:
        events = among(row["timestamp"], (moment(row["timestamp"]) + timedelta(days=1)).isoformat(), users, agents)
        assert {name: row[name] for name in FOUR} == pytest.approx(counted(events))


def test_concepts_filter_by_day(board: Served) -> None:
    found = series(board, filters={"concepts": ["velocity"]}, time_range=WEEK, granularity="1d")["data"]
    assert [row["interaction_count"] for row in found] == [1, 0, 1, 0, 0, 0, 1]


def test_successes_alone_are_counted_with_their_own_times(board: Served) -> None:
    rows = series(board, filters={"success_only": True}, time_range=WEEK, granularity="1d", metrics=FOUR[:3])["data"]
    for row in rows:
        day = among(row["timestamp"], (moment(row["timestamp"]) + timedelta(days=1)).isoformat())
        good = [event for event in day if event["properties"]["success"]]
        assert row["interaction_count"] == len(good)
        assert row["avg_response_time"] == pytest.approx(mean_ms(good))
        assert row["success_rate"] == (1 if good else 0)


# Metrics and aggregation


@pytest.mark.parametrize(("aggregation", "of"), {"sum": sum, "min": min, "max": max, "count": len}.items())
def test_an_aggregation_is_that_of_the_bucket_s_execution_times(board: Served, aggregation: str, of: Any) -> None:
    ten = next(
        row for row in series(board, aggregation=aggregation)["data"] if row["timestamp"] == "2025-01-14T10:00:00Z"
    )
    assert ten["response_time"] == pytest.approx(of([240, 520, 80]), rel=0.01)


def test_the_documented_default_aggregation_adds_no_field(board: Served) -> None:
    assert "response_time" not in series(board, aggregation="avg")["data"][0]
    assert series(board)["aggregation"] == "avg"


def test_other_metrics_of_the_board_are_added_to_the_row(board: Served) -> None:
    rows = series(board, metrics=["p95_response_time", "successful_interactions"], granularity="1d")["data"]
    assert list(rows[0]) == ["timestamp", *FOUR, "p95_response_time", "successful_interactions"]
    assert rows[0]["successful_interactions"] == 4


def test_explain_is_told_only_to_who_asks(board: Served) -> None:
    assert "explain" not in series(board)
    explained = series(board, explain=True)["explain"]
    assert explained["plans"][0]["family"] == "learning.interactions"
    assert explained.keys() >= {"plans", "units"}


# Refusals


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"metrics": []}, ("metrics",)),
        ({"metrics": ["interaction_count", "grade"]}, ("metrics", "grade", "success_rate")),
        ({"metrics": "interaction_count"}, ("metrics", "list")),
        ({"metrics": ["interaction_count"] * 21}, ("metrics", "20")),
        ({"time_range": None}, ("time_range",)),
        ({"time_range": {"preset": "2d"}}, ("preset", "1h, 6h, 24h, 7d, 30d, 90d, 1y")),
        ({"time_range": {"start_date": "2025-01-14"}}, ("start_date", "end_date")),
        ({"time_range": {"start_date": "2025-01-15", "end_date": "2025-01-14"}}, ("start_date", "before")),
        ({"granularity": "2h"}, ("granularity", "'1h'", "'1w'")),
        ({"granularity": "1m"}, ("granularity", "finer", "1h")),
        ({"time_range": {"start_date": "2020-06-01", "end_date": "2025-01-01"}}, ("granularity", "buckets", "10000")),
        ({"aggregation": "median"}, ("aggregation", "'avg'")),
        ({"aggregation": "sum", "filters": {"success_only": True}}, ("aggregation", "success_only")),
        ({"metrics": ["unique_users"], "filters": {"success_only": True}}, ("metrics", "unique_users")),
        ({"filters": {"user_ids": "user1"}}, ("filters.user_ids", "list")),
        ({"filters": {"user_ids": [f"u{n}" for n in range(101)]}}, ("filters.user_ids", "100")),
        ({"filters": {"difficulty_levels": ["hard"]}}, ("difficulty_level", "agent_type")),
        ({"filters": {"concepts": ["velocity"], "agent_types": ["forces"]}}, ("agent_type + concept", "rolled up")),
        ({"filters": {"min_interactions": 5}}, ("filters.min_interactions", "/dashboard/aggregation")),
        ({"tz": "Mars/Olympus"}, ("tz", "Europe/Berlin")),
        ({"explain": "perhaps"}, ("explain",)),
    ],
    ids=lambda value: json.dumps(value)[:70] if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    board: Served, asked: Json, told: tuple[str, ...]
) -> None:
    body = {"metrics": ["interaction_count"], "time_range": DAY, **asked}
    answer = board.post(PATH, {name: value for name, value in body.items() if value is not None})
    assert_refused(answer, 422, "VALIDATION_ERROR", *told)


def test_another_workspace_s_data_is_never_seen(board: Served) -> None:
    asked = {"metrics": ["interaction_count"], "time_range": WEEK, "granularity": "1d"}
    rows = board.post(PATH, asked, key=board.key(workspace="stranger")).json()["data"]
    assert len(rows) == 7
    assert not any(row["interaction_count"] or row["unique_users"] for row in rows)
