"""The documented time series: its shape, its gaps, and every wrong field by name."""

import asyncio
from typing import Any

import pytest

from belvedere.boards.learning.requests import TimeseriesBody
from belvedere.boards.learning.responses.timeseries import timeseries
from belvedere.clock import HOUR_MS
from belvedere.errors import Invalid
from belvedere.query.reader.read import Reader
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

NOW = NOON + HOUR_MS


def ask(table: MemoryRollups, **body: Any) -> dict[str, Any]:
    given = {"metrics": ["interaction_count", "success_rate"], "time_range": {"preset": "24h"}} | body
    reader = Reader(table, StateTable())  # type: ignore[arg-type]
    return asyncio.run(timeseries(TimeseriesBody.model_validate(given), reader, NOW))


def busy(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in found["data"] if row["interaction_count"]]


def test_it_has_the_documented_fields_and_echoes_what_was_asked() -> None:
    found = ask(folded(interaction(execution_time_ms=200)))
    assert (found["metrics"], found["granularity"]) == (["interaction_count", "success_rate"], "1h")
    assert found["time_range"]["end"] == "2025-01-15T14:00:00Z"
    assert busy(found) == [
        {
            "timestamp": "2025-01-15T12:00:00Z",
            "interaction_count": 1,
            "success_rate": 1.0,
            "avg_response_time": 200.0,
            "unique_users": 1,
        }
    ]


def test_empty_buckets_are_there_with_zeros() -> None:
    found = ask(MemoryRollups())
    assert len(found["data"]) == 25
    assert {tuple(row.values())[1:] for row in found["data"]} == {(0, 0, 0, 0)}


@pytest.mark.parametrize(("granularity", "buckets"), [("5m", 300), ("15m", 100), ("1h", 25), ("6h", 5), ("1d", 2)])
def test_every_granularity_has_true_buckets(granularity: str, buckets: int) -> None:
    found = ask(folded(interaction()), granularity=granularity)
    assert len(found["data"]) == buckets
    assert sum(row["interaction_count"] for row in found["data"]) == 1


def test_a_week_starts_on_monday() -> None:
    found = ask(folded(interaction()), granularity="1w", time_range={"preset": "30d"})
    assert [row["timestamp"] for row in busy(found)] == ["2025-01-13T00:00:00Z"]


def test_filters_by_agent_and_user_are_honoured() -> None:
    table = folded(interaction("a"), interaction("b", agent_type="forces"), interaction("c", user="bob"))
    assert busy(ask(table, filters={"agent_types": ["forces"]}))[0]["interaction_count"] == 1
    assert busy(ask(table, filters={"user_ids": ["ann"], "agent_types": ["kinematics"]}))[0]["interaction_count"] == 1


def test_successes_alone_are_counted_and_timed_apart() -> None:
    table = folded(
        interaction("a", execution_time_ms=100), interaction("b", success=False, execution_time_ms=900, user="bob")
    )
    (row,) = busy(ask(table, filters={"success_only": True}))
    assert row == {
        "timestamp": "2025-01-15T12:00:00Z", "interaction_count": 1, "success_rate": 1.0, "avg_response_time": 100.0,
    }  # fmt: skip


@pytest.mark.parametrize(("aggregation", "value"), [("sum", 400.0), ("count", 2), ("min", 100.0), ("max", 300.0)])
def test_aggregation_says_how_execution_times_are_put_together(aggregation: str, value: float) -> None:
    table = folded(interaction("a", execution_time_ms=100), interaction("b", execution_time_ms=300))
    (row,) = busy(ask(table, aggregation=aggregation))
    assert row["response_time"] == pytest.approx(value, rel=0.01)
    assert row["avg_response_time"] == 200.0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"metrics": ["mood"]}, "metrics: 'mood' is not one of"),
        ({"granularity": "5m", "time_range": {"preset": "30d"}}, "granularity: 5m is finer than the rollups"),
        ({"time_range": {"start_date": "x", "end_date": "y"}}, "start_date: 'x' is not ISO 8601"),
        ({"filters": {"difficulty_levels": ["hard"]}}, "nothing is rolled up by difficulty_level"),
        ({"filters": {"min_interactions": 3}}, "filters.min_interactions"),
        ({"filters": {"success_only": True}, "metrics": ["unique_users"]}, "'unique_users' is not kept for successes"),
        ({"filters": {"concepts": ["forces"]}}, "granularity: 1h is finer"),
    ],
)
def test_a_wrong_field_is_named(body: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        ask(MemoryRollups(), **body)
