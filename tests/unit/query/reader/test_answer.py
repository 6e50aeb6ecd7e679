"""Answers from rows: merged from sums and sketches, filled, and finished with the right emptiness."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.event import Event
from belvedere.query.planner.filters import all_in
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.plan import Plan
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.read import ScannedRows
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.time_ranges import TimeRange
from tests.unit.rollups.builders import NOON, interaction

DAY = NOON - 12 * HOUR_MS
WEEK = TimeRange(DAY - 3 * DAY_MS, DAY + 4 * DAY_MS)


class MemoryReader:
    """Answers scans from the rollup rows of some events."""

    class rollups:
        workspace = "demo"

    def __init__(self, *events: Event) -> None:
        deltas = Deltas()
        for event in events:
            deltas.merge(contribution(event, CATALOG.rollup_tables_of(event.type)))
        self.items: dict[str, list[Item]] = defaultdict(list)
        for key, counts in deltas.counters.items():
            self.items[key.pk].append({"pk": key.pk, "sk": key.sk, "rev": 1, **{n: v for n, v in counts.items() if v}})
        for key, members in deltas.members.items():
            self.items[key.pk].append({"pk": key.pk, "sk": key.sk, "rev": 1, "sketch": Distinct(members).to_bytes()})

    async def rows(self, plan: Plan) -> ScannedRows:
        return [
            (scan, [item for item in self.items[scan.partition] if scan.low <= str(item["sk"]) <= scan.high])
            for scan in plan.scans
        ]


def ask(reader: MemoryReader, *metrics: str, part: TimeRange = WEEK, **options: Any) -> Answer:
    question = Question(board="learning", metrics=metrics, range=part, **options)
    return asyncio.run(answer(question, reader))  # type: ignore[arg-type]


def only(found: Answer) -> dict[str, Any]:
    (point,) = found.points
    return dict(point.metrics)


def test_totals_are_summed_over_days_and_users_counted_once() -> None:
    reader = MemoryReader(
        interaction("a", execution_time_ms=100), interaction("b", success=False, execution_time_ms=300),
        interaction("c", at=NOON + DAY_MS), interaction("d", at=NOON + DAY_MS, user="bob"),
    )  # fmt: skip
    found = ask(reader, "interaction_count", "success_rate", "avg_response_time", "unique_users")
    assert only(found) == {
        "interaction_count": 4, "success_rate": 0.75, "avg_response_time": 200.0, "unique_users": 2,
    }  # fmt: skip


def test_a_rate_is_of_merged_sums_not_of_daily_rates() -> None:
    many = [interaction(f"good{i}") for i in range(9)]
    reader = MemoryReader(*many, interaction("bad", at=NOON + DAY_MS, success=False))
    assert only(ask(reader, "success_rate")) == {"success_rate": 0.9}


def test_nothing_is_zero_for_counts_and_null_for_rates() -> None:
    metrics = ("interaction_count", "unique_users", "success_rate", "avg_response_time", "p95_response_time")
    assert list(only(ask(MemoryReader(), *metrics)).values()) == [0, 0, None, None, None]


def test_empty_buckets_are_filled() -> None:
    found = ask(MemoryReader(interaction()), "interaction_count", granularity=GRANULARITIES["1d"])
    assert [point.metrics["interaction_count"] for point in found.points] == [0, 0, 0, 1, 0, 0, 0]


def test_a_boundary_belongs_to_the_later_bucket() -> None:
    reader = MemoryReader(interaction("a", at=DAY - 1), interaction("b", at=DAY))
    assert only(ask(reader, "interaction_count", part=TimeRange(DAY, DAY + DAY_MS))) == {"interaction_count": 1}
    assert only(ask(reader, "interaction_count", part=TimeRange(DAY - DAY_MS, DAY))) == {"interaction_count": 1}


def test_groups_come_by_name_and_only_where_something_happened() -> None:
    reader = MemoryReader(interaction("a", agent_type="forces"), interaction("b"), interaction("c", agent_type=None))
    found = ask(reader, "interaction_count", group_by=("agent_type",))
    assert [(point.dims["agent_type"], point.metrics["interaction_count"]) for point in found.points] == [
        ("forces", 1), ("kinematics", 1),
    ]  # fmt: skip


def test_a_user_is_answered_from_the_cells_of_their_day_with_hours_at_the_edges() -> None:
    reader = MemoryReader(
        interaction("a", at=NOON), interaction("b", at=NOON + HOUR_MS, agent_type="forces"),
        interaction("c", at=NOON, user="bob"), interaction("d", at=NOON + 5 * HOUR_MS, agent_type=None),
    )  # fmt: skip
    part = TimeRange(NOON, NOON + 2 * HOUR_MS)
    assert only(ask(reader, "interaction_count", "unique_users", part=part, filters=all_in({"user": ("ann",)}))) == {
        "interaction_count": 2, "unique_users": 1,
    }  # fmt: skip
    both = {"user": ("ann", "bob", "nobody")}
    assert only(ask(reader, "interaction_count", "unique_users", filters=all_in(both))) == {
        "interaction_count": 4, "unique_users": 2,
    }  # fmt: skip
    one_agent = {"user": ("ann",), "agent_type": ("forces",)}
    assert only(ask(reader, "interaction_count", filters=all_in(one_agent))) == {"interaction_count": 1}


@pytest.mark.parametrize("q", ["p50_response_time", "p95_response_time"])
def test_quantiles_come_with_their_stated_error(q: str) -> None:
    times = [float(i) for i in range(1, 201)]
    found = ask(MemoryReader(*(interaction(f"e{t}", execution_time_ms=t) for t in times)), q)
    true = times[int((0.5 if q.startswith("p50") else 0.95) * 199)]
    assert only(found)[q] == pytest.approx(true, rel=0.01)
    assert found.explain["relative_error"] == {q: 0.01}


some_hour = st.integers(WEEK.start // HOUR_MS, WEEK.end // HOUR_MS - 1).map(HOUR_MS.__mul__)
histories = st.lists(
    st.builds(
        interaction, st.uuids().map(str), at=some_hour,
        user=st.sampled_from(["ann", "bob", None]), agent_type=st.sampled_from(["x", "y", None]), success=st.booleans(),
    ), max_size=15,
)  # fmt: skip
hours = st.integers(0, 7 * 24)


@settings(deadline=None, max_examples=60)
@given(histories, hours, hours, st.sampled_from([{}, {"agent_type": ("x",)}, {"user": ("ann",)}]))
def test_an_answer_from_rollups_is_the_answer_from_the_events(
    events: list[Event], one: int, other: int, filters: dict[str, tuple[str, ...]]
) -> None:
    part = TimeRange(WEEK.start + min(one, other) * HOUR_MS, WEEK.start + (max(one, other) + 1) * HOUR_MS)
    meant = [
        event
        for event in events
        if part.start <= event.time < part.end
        and event.user in filters.get("user", (event.user,))
        and event.properties.get("agent_type") in filters.get("agent_type", (event.properties.get("agent_type"),))
    ]
    found = only(ask(MemoryReader(*events), "interaction_count", "successful_interactions", "unique_users",
                     part=part, filters=all_in(filters)))  # fmt: skip
    assert found == {
        "interaction_count": len(meant),
        "successful_interactions": sum(event.properties["success"] for event in meant),
        "unique_users": len({event.user for event in meant} - {None}),
    }
