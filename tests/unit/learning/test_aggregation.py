"""The documented aggregation: groups, their true number, and every wrong field by name."""

import asyncio
from typing import Any

import pytest

from belvedere.boards.learning.requests import AggregationBody
from belvedere.boards.learning.responses.aggregation import aggregation
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.errors import Invalid
from belvedere.query.reader.read import Reader
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

NOW = NOON + HOUR_MS
CLASS = (
    interaction("a", execution_time_ms=100),
    interaction("b", agent_type="forces", success=False, execution_time_ms=300),
    interaction("c", agent_type="forces", user="bob", at=NOON - DAY_MS, concept="momentum"),
)


def ask(*events: Any, **body: Any) -> dict[str, Any]:
    given = {"dimensions": ["agent_type"], "metrics": ["interaction_count"], "time_range": {"preset": "7d"}} | body
    reader = Reader(folded(*events) if events else MemoryRollups(), StateTable())  # type: ignore[arg-type]
    return asyncio.run(aggregation(AggregationBody.model_validate(given), reader, NOW))


def test_it_has_the_documented_fields() -> None:
    found = ask(*CLASS, dimensions=["agent_type", "date"], metrics=["interaction_count", "success_rate"])
    assert (found["dimensions"], found["metrics"]) == (["agent_type", "date"], ["interaction_count", "success_rate"])
    assert found["total_records"] == 3
    assert found["data"] == [
        {"agent_type": "forces", "date": "2025-01-14", "interaction_count": 1, "success_rate": 1.0},
        {"agent_type": "forces", "date": "2025-01-15", "interaction_count": 1, "success_rate": 0.0},
        {"agent_type": "kinematics", "date": "2025-01-15", "interaction_count": 1, "success_rate": 1.0},
    ]


@pytest.mark.parametrize(
    ("dimension", "groups"),
    [
        ("user_id", [("ann", 2), ("bob", 1)]),
        ("concept", [("momentum", 1)]),
        ("date", [("2025-01-14", 1), ("2025-01-15", 2)]),
        ("hour", [("2025-01-14T12:00:00Z", 1), ("2025-01-15T12:00:00Z", 2)]),
        ("success_status", [(False, 1), (True, 2)]),
    ],
)
def test_every_dimension_groups(dimension: str, groups: list[Any]) -> None:
    found = ask(*CLASS, dimensions=[dimension])
    assert [(row[dimension], row["interaction_count"]) for row in found["data"]] == groups


def test_outcomes_have_their_own_times() -> None:
    found = ask(*CLASS, dimensions=["success_status"], metrics=["avg_response_time", "success_rate"])
    assert found["data"] == [
        {"success_status": False, "avg_response_time": 300.0, "success_rate": 0.0},
        {"success_status": True, "avg_response_time": 100.0, "success_rate": 1.0},
    ]


def test_users_and_days_together_show_each_users_days() -> None:
    found = ask(*CLASS, dimensions=["user_id", "date"])
    assert [tuple(row.values()) for row in found["data"]] == [("ann", "2025-01-15", 2), ("bob", "2025-01-14", 1)]


def test_the_total_is_counted_before_the_limit_and_the_rest_can_be_had() -> None:
    first = ask(*CLASS, dimensions=["agent_type", "date"], limit=2)
    rest = ask(*CLASS, dimensions=["agent_type", "date"], limit=2, offset=2)
    assert (first["total_records"], len(first["data"]), len(rest["data"])) == (3, 2, 1)


def test_order_by_puts_the_largest_first_and_nulls_last() -> None:
    events = (*CLASS, interaction("d", agent_type="energy"))
    found = ask(*events, metrics=["avg_response_time"], order_by="avg_response_time")
    assert [row["agent_type"] for row in found["data"]] == ["forces", "kinematics", "energy"]


def test_small_groups_are_left_out_where_asked() -> None:
    found = ask(*CLASS, filters={"min_interactions": 2})
    assert [row["agent_type"] for row in found["data"]] == ["forces"]


def test_successes_alone() -> None:
    found = ask(*CLASS, filters={"success_only": True}, metrics=["interaction_count", "success_rate"])
    assert [tuple(row.values()) for row in found["data"]] == [("forces", 1, 1.0), ("kinematics", 1, 1.0)]


def test_nothing_is_no_group() -> None:
    assert ask(dimensions=["date"]) | {"generated_at": "", "explain": ""} == {
        "dimensions": ["date"], "metrics": ["interaction_count"],
        "time_range": {"start": "2025-01-08T00:00:00Z", "end": "2025-01-15T14:00:00Z", "preset": "7d"},
        "data": [], "total_records": 0, "inexact": None, "generated_at": "", "as_of": None, "explain": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"dimensions": ["colour"]}, "dimensions: 'colour' is not one of agent_type, user_id"),
        ({"metrics": ["mood"]}, "metrics: 'mood' is not one of"),
        ({"dimensions": ["agent_type", "concept"]}, "nothing is rolled up by agent_type . concept"),
        (
            {"dimensions": ["success_status"], "metrics": ["unique_users"]},
            "is not kept by success_status",
        ),
        ({"order_by": "success_rate"}, "order_by: 'success_rate' is not among"),
    ],
)
def test_a_wrong_field_is_named(body: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        ask(*CLASS, **body)
