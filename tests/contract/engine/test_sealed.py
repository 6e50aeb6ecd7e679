"""Sealing changes no answer: what was read row by row is then read from pages, and a late event is seen at once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fold.seal import handler as seal
from tests.clock import now
from tests.contract.learning.school import EVENTS, WEEK
from tests.worlds.served import CONTEXT, Served, hint, interaction

RANGE = {"from": WEEK["start_date"], "to": WEEK["end_date"]}
QUESTIONS: list[dict[str, Any]] = [
    {"metrics": ["interaction_count", "success_rate", "avg_response_time", "unique_users", "p95_response_time"]},
    {"metrics": ["interaction_count", "unique_users"], "granularity": "1h"},
    {"metrics": ["interaction_count", "unique_users"], "granularity": "1d"},
    {"metrics": ["interaction_count"], "granularity": "1d", "tz": "America/New_York"},
    {"metrics": ["interaction_count", "unique_users", "p50_response_time"], "group_by": ["agent_type"]},
    {"metrics": ["interaction_count", "unique_users"], "group_by": ["agent_type"], "granularity": "1d"},
    {"metrics": ["interaction_count", "success_rate"], "group_by": ["concept"]},
    {"metrics": ["interaction_count", "success_rate"], "group_by": ["user"]},
    {"metrics": ["interaction_count", "avg_response_time"], "group_by": ["user"], "granularity": "1d"},
    {"metrics": ["hint_count"], "granularity": "1d"},
    {"metrics": ["hint_count"], "group_by": ["user"]},
]


@pytest.fixture(scope="module")
def engine(served: Served) -> Served:
    """The API after the school's week."""
    served.send_and_fold(*EVENTS)
    return served


def answers(engine: Served) -> list[list[dict[str, Any]]]:
    asked = ({"board": "learning", "range": RANGE, "force_refresh": True, **one} for one in QUESTIONS)
    return [engine.post("/v1/query", one).json()["rows"] for one in asked]


def sealed(engine: Served) -> dict[str, int]:
    days = (now() - datetime(2025, 1, 1, tzinfo=UTC)).days
    return dict(seal({"workspaces": ["demo"], "days": days}, CONTEXT)["demo"])


def test_users_are_ranked_day_by_day(engine: Served) -> None:
    days = answers(engine)[8]
    assert [(row["time"][:10], row["user"], row["interaction_count"]) for row in days] == [
        ("2025-01-08", "user1", 1), ("2025-01-10", "user1", 1), ("2025-01-10", "user2", 2),
        ("2025-01-14", "user1", 2), ("2025-01-14", "user2", 1), ("2025-01-14", "user3", 2),
    ]  # fmt: skip


def test_every_answer_is_the_same_after_sealing_and_a_late_event_is_in_it(engine: Served) -> None:
    before = answers(engine)
    assert sealed(engine)["sealed"] > 0
    assert sealed(engine)["sealed"] == 0
    assert answers(engine) == before
    late = [
        interaction("late", "2025-01-10T12:00:00Z", "user9", "forces", concept="friction"),
        hint("later", "2025-01-10T12:00:00Z"),
    ]
    engine.send_and_fold(*late)
    after = answers(engine)
    assert not [number for number, one in enumerate(after) if one == before[number]]
    assert sealed(engine)["sealed"] > 0
    assert answers(engine) == after
