"""POST /dashboard/aggregation, as the learning contract documents it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.learning.school import WEEK, among, mean_ms
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

PATH = "/dashboard/aggregation"
Json = dict[str, Any]

DOCUMENTED_REQUEST = json.loads("""
{
  "dimensions": ["agent_type", "date"],
  "metrics": ["interaction_count", "avg_response_time", "success_rate"],
  "time_range": {"preset": "7d"},
  "filters": {"agent_types": ["kinematics", "forces"]},
  "limit": 100
}
""")
DOCUMENTED = json.loads("""
{
  "dimensions": ["agent_type"],
  "metrics": ["interaction_count"],
  "data": [{"agent_type": "kinematics", "date": "2025-01-14", "interaction_count": 85, "avg_response_time": 234.5,
            "success_rate": 0.89}],
  "total_records": 14,
  "generated_at": "2025-01-15T10:30:00"
}
""")
DIMENSIONS: dict[str, Callable[[Json], Any]] = {
    "agent_type": lambda event: event["properties"].get("agent_type"),
    "user_id": lambda event: event.get("user"),
    "concept": lambda event: event["properties"].get("concept"),
    "date": lambda event: event["time"][:10],
    "hour": lambda event: event["time"][:13] + ":00:00Z",
    "success_status": lambda event: event["properties"]["success"],
}


def groups(board: Served, dimensions: list[str], **asked: Any) -> Json:
    body = {"dimensions": dimensions, "metrics": ["interaction_count"], "time_range": WEEK, **asked}
    answer = board.post(PATH, body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def grouped(dimensions: list[str], events: list[Json]) -> dict[tuple[Any, ...], list[Json]]:
    """Events by the dimensions they all have."""
    found: dict[tuple[Any, ...], list[Json]] = {}
    for event in events:
        key = tuple(DIMENSIONS[name](event) for name in dimensions)
        if None not in key:
            found.setdefault(key, []).append(event)
    return found


def test_the_documented_request_gets_the_documented_shape(board: Served) -> None:
    answer = board.post(PATH, DOCUMENTED_REQUEST | {"time_range": WEEK})
    assert answer.status_code == 200
    assert_like(answer.json(), DOCUMENTED)
    assert answer.json()["dimensions"] == DOCUMENTED_REQUEST["dimensions"]
    assert answer.json()["metrics"] == DOCUMENTED_REQUEST["metrics"]
    assert {row["agent_type"] for row in answer.json()["data"]} == {"kinematics", "forces"}


def test_the_documented_request_as_it_stands_is_taken(board: Served) -> None:
    assert board.post(PATH, DOCUMENTED_REQUEST).status_code == 200


@pytest.mark.parametrize(
    "dimensions",
    [
        ["agent_type"], ["user_id"], ["concept"], ["date"], ["hour"], ["success_status"], ["agent_type", "date"],
        ["date", "agent_type"], ["agent_type", "hour"], ["user_id", "date"], ["concept", "date"],
        ["agent_type", "success_status"],
    ],
    ids=" by ".join,
)  # fmt: skip
def test_every_group_counts_its_own_events(board: Served, dimensions: list[str]) -> None:
    found = groups(board, dimensions, metrics=["interaction_count", "success_rate"])
    expected = grouped(dimensions, among(*WEEK.values()))
    assert {tuple(row[name] for name in dimensions): row["interaction_count"] for row in found["data"]} == {
        key: len(events) for key, events in expected.items()
    }
    for row in found["data"]:
        events = expected[tuple(row[name] for name in dimensions)]
        assert list(row) == [*dimensions, "interaction_count", "success_rate"]
        assert row["success_rate"] == pytest.approx(
            sum(event["properties"]["success"] for event in events) / len(events)
        )


def test_averages_are_those_of_the_group_s_execution_times(board: Served) -> None:
    found = groups(board, ["agent_type"], metrics=["avg_response_time", "unique_users"])["data"]
    expected = grouped(["agent_type"], among(*WEEK.values()))
    assert {row["agent_type"]: row["avg_response_time"] for row in found} == pytest.approx(
        {agent: mean_ms(events) for (agent,), events in expected.items()}
    )
    assert {row["agent_type"]: row["unique_users"] for row in found} == {"energy": 1, "forces": 1, "kinematics": 1}


def test_groups_come_in_the_order_of_the_dimensions_as_asked(board: Served) -> None:
    found = groups(board, ["date", "agent_type"])["data"]
    keys = [(row["date"], row["agent_type"]) for row in found]
    assert keys == sorted(keys)
    assert len(keys) > 3


def test_order_by_a_metric_puts_the_largest_first(board: Served) -> None:
    rows = groups(board, ["agent_type"], order_by="interaction_count")["data"]
    assert [(row["agent_type"], row["interaction_count"]) for row in rows] == [
        ("kinematics", 4), ("forces", 3), ("energy", 2),
    ]  # fmt: skip


def test_total_records_counts_all_groups_and_pages_have_each_once(board: Served) -> None:
    everything = groups(board, ["hour"])
    assert everything["total_records"] == len(everything["data"]) == 6
    pages = [groups(board, ["hour"], limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [page["total_records"] for page in pages] == [6, 6, 6]
    assert [len(page["data"]) for page in pages] == [4, 2, 0]
    assert [row for page in pages for row in page["data"]] == everything["data"]


@pytest.mark.parametrize(
    ("filters", "users", "agents"),
    [
        ({"user_ids": ["user1"]}, ["user1"], []),
        ({"agent_types": ["forces"]}, [], ["forces"]),
        ({"user_ids": ["user1", "user2"], "agent_types": ["kinematics"]}, ["user1", "user2"], ["kinematics"]),
    ],
)
def test_filters_choose_what_counts(board: Served, filters: Json, users: list[str], agents: list[str]) -> None:
    found = groups(board, ["date"], filters=filters)["data"]
    expected = grouped(["date"], among(*WEEK.values(), users=users, agents=agents))
    assert {(row["date"],): row["interaction_count"] for row in found} == {k: len(v) for k, v in expected.items()}


def test_groups_smaller_than_asked_are_left_out_of_the_total_too(board: Served) -> None:
    found = groups(board, ["agent_type"], filters={"min_interactions": 3})
    assert {row["agent_type"] for row in found["data"]} == {"kinematics", "forces"}
    assert found["total_records"] == 2


def test_successes_alone_leave_out_groups_without_any(board: Served) -> None:
    found = groups(board, ["date"], filters={"success_only": True}, metrics=["interaction_count", "success_rate"])
    assert [(row["date"], row["interaction_count"], row["success_rate"]) for row in found["data"]] == [
        ("2025-01-08", 1, 1.0), ("2025-01-10", 2, 1.0), ("2025-01-14", 4, 1.0),
    ]  # fmt: skip


def test_an_empty_range_has_no_groups(board: Served) -> None:
    found = groups(board, ["agent_type"], time_range={"start_date": "2024-06-01", "end_date": "2024-06-08"})
    assert (found["data"], found["total_records"]) == ([], 0)


def test_explain_is_told_only_to_who_asks(board: Served) -> None:
    assert "explain" not in groups(board, ["agent_type"])
    assert groups(board, ["agent_type"], explain=True)["explain"].keys() >= {"plans", "units"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"dimensions": []}, ("dimensions",)),
        ({"metrics": []}, ("metrics",)),
        ({"dimensions": [], "metrics": []}, ("dimensions", "metrics")),
        ({"dimensions": ["planet"]}, ("dimensions", "planet", "agent_type, user_id, concept, date, hour")),
        ({"metrics": ["grade"]}, ("metrics", "grade", "interaction_count")),
        ({"dimensions": ["date"] * 5}, ("dimensions", "4")),
        ({"dimensions": ["concept", "agent_type"]}, ("rolled up", "agent_type")),
        ({"dimensions": ["success_status"], "metrics": ["unique_users"]}, ("metrics", "success_status")),
        ({"limit": 0}, ("limit", "1")),
        ({"limit": -1}, ("limit", "1")),
        ({"limit": 1001}, ("limit", "1000")),
        ({"limit": "many"}, ("limit", "integer")),
        ({"offset": -1}, ("offset", "0")),
        ({"order_by": "avg_response_time"}, ("order_by", "interaction_count")),
        ({"time_range": {"preset": "2d"}}, ("preset", "7d")),
        ({"time_range": {"end_date": "2025-01-15"}}, ("start_date", "end_date")),
        ({"filters": {"min_interactions": -1}}, ("filters.min_interactions", "0")),
        ({"filters": {"difficulty_levels": ["hard"]}}, ("difficulty_level", "agent_type")),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "",
)
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    board: Served, asked: Json, told: tuple[str, ...]
) -> None:
    body = {"dimensions": ["agent_type"], "metrics": ["interaction_count"], "time_range": WEEK, **asked}
    assert_refused(board.post(PATH, body), 422, "VALIDATION_ERROR", *told)


@pytest.mark.parametrize("missing", ["dimensions", "metrics", "time_range"])
def test_a_missing_field_is_named(board: Served, missing: str) -> None:
    body = {"dimensions": ["agent_type"], "metrics": ["interaction_count"], "time_range": WEEK}
    del body[missing]
    assert_refused(board.post(PATH, body), 422, "VALIDATION_ERROR", missing, "is required")


def test_another_workspace_s_data_is_never_seen(board: Served) -> None:
    body = {"dimensions": ["user_id"], "metrics": ["interaction_count"], "time_range": WEEK}
    found = board.post(PATH, body, key=board.key(workspace="stranger")).json()
    assert (found["data"], found["total_records"]) == ([], 0)
