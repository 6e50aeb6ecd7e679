"""Ranges that begin or end inside of a day, where only days are kept: exact by the hour, or told as inexact."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.event import Event
from belvedere.query.planner.filters import EVERYTHING, Filter, In
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Answer, answer
from belvedere.query.reader.read import Reader
from belvedere.rollups.rows import without_slots
from belvedere.rollups.seal import Seal
from belvedere.sketches.histogram import Histogram
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import MemoryRollups, StateTable, folded
from tests.unit.rollups.builders import NOON, interaction, session

DAY = NOON - 12 * HOUR_MS
Groups = dict[tuple[str, ...], dict[str, Any]]
hours = st.integers(0, 4 * 24 - 1).map(lambda hour: DAY + hour * HOUR_MS)
parts = st.tuples(hours, st.integers(1, 80)).map(lambda one: TimeRange(one[0], one[0] + one[1] * HOUR_MS))
moments = st.integers(0, 5 * DAY_MS - 1).map(lambda ms: DAY + ms) | hours
interactions = st.lists(
    st.builds(
        dict, at=moments, user=st.sampled_from(["ann", "bob", "cy"]), concept=st.sampled_from(["x", "y"]),
        success=st.booleans(), execution_time_ms=st.sampled_from([None, 5.0, 70.0]),
        class_id=st.sampled_from([None, "physics"]),
    ), max_size=30,
)  # fmt: skip
sessions = st.lists(
    st.builds(
        dict, at=moments, user=st.sampled_from(["ann", "bob"]), model=st.sampled_from(["m", "n"]),
        latency_ms=st.sampled_from([5.0, 70.0, 900.0]),
    ), max_size=30,
)  # fmt: skip


def ask(table: MemoryRollups, board: str, metrics: Iterable[str], part: TimeRange, group_by: tuple[str, ...],
        filters: Filter = EVERYTHING) -> Answer:  # fmt: skip
    question = Question(board=board, metrics=tuple(metrics), range=part, group_by=group_by, filters=filters)
    reader = Reader(table, StateTable(), clock=lambda: DAY + 3 * DAY_MS + NOON % DAY_MS)  # type: ignore[arg-type]
    return asyncio.run(answer(question, reader))


def groups(found: Answer) -> Groups:
    return {tuple(point.dims.values()): dict(point.metrics) for point in found.points}


def grouped(events: Iterable[Event], part: TimeRange, *dimensions: str) -> dict[tuple[str, ...], list[Event]]:
    found: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for event in events:
        named = tuple(event.user if name == "user" else event.properties.get(name) for name in dimensions)
        if part.start <= event.time < part.end and None not in named:
            found[named].append(event)  # type: ignore[index]
    return found


def numbers(events: list[Event]) -> dict[str, Any]:
    times = [time for event in events if (time := event.properties.get("execution_time_ms")) is not None]
    return {
        "interaction_count": len(events),
        "successful_interactions": sum(event.properties["success"] for event in events),
        "avg_response_time": sum(times) / len(times) if times else None,
    }


def users(events: list[Event]) -> int:
    return len({event.user for event in events})


@settings(deadline=None, max_examples=60)
@given(interactions, parts, st.booleans())
def test_what_is_kept_by_the_day_is_counted_by_the_hour(
    history: list[dict[str, Any]], part: TimeRange, sealed: bool
) -> None:
    events = [interaction(f"e{n}", **one) for n, one in enumerate(history)]
    table = folded(*events)
    if sealed:
        Seal(table, CATALOG.boards["learning"].rollup_tables).run(TimeRange(DAY, DAY + 3 * DAY_MS))  # type: ignore[arg-type]
    for names in (("concept",), ("class_id", "user"), ("user",)):
        more = {"unique_users": users} if names == ("concept",) else {}
        found = ask(table, "learning", [*numbers([]), *more], part, names)
        assert found.inexact is None
        assert groups(found) == {
            key: numbers(own) | {name: of(own) for name, of in more.items()}
            for key, own in grouped(events, part, *names).items()
        }


@settings(deadline=None, max_examples=40)
@given(sessions, parts, st.booleans())
def test_percentiles_and_people_are_those_of_the_hours(
    history: list[dict[str, Any]], part: TimeRange, sealed: bool
) -> None:
    events = [session(f"e{n}", **one) for n, one in enumerate(history)]
    table = folded(*events)
    if sealed:
        Seal(table, CATALOG.boards["productivity"].rollup_tables).run(TimeRange(DAY, DAY + 3 * DAY_MS))  # type: ignore[arg-type]
    found = groups(ask(table, "productivity", ["session_count", "p95_latency", "active_developers"], part, ("model",)))
    assert found == {
        key: {
            "session_count": len(own),
            "p95_latency": Histogram.of(event.properties["latency_ms"] for event in own).quantile(0.95),
            "active_developers": users(own),
        }
        for key, own in grouped(events, part, "model").items()
    }


def test_where_no_users_cells_tell_them_people_are_counted_by_sketches_of_hours() -> None:
    told = {"repo_slug": "a/b", "additions": 1, "deletions": 0}
    events = [
        Event(id=user, type="productivity.commit", time=DAY + hour * HOUR_MS, workspace="demo", user=user,
              properties=told, received=DAY)
        for hour, user in enumerate(["ann", "bob", "cy", "bob"])
    ]  # fmt: skip
    part = TimeRange(DAY + HOUR_MS, DAY + 4 * HOUR_MS)
    found = ask(folded(*events), "productivity", ["commit_count", "committers"], part, ("repo_slug",))
    assert groups(found) == {("a/b",): {"commit_count": 3, "committers": 2}}


def before_hours(table: MemoryRollups) -> MemoryRollups:
    """A table as it was when rows of days had no hours."""
    for key, row in table.items.items():
        if "#day#" in key.pk and "_by_user" not in key.pk:
            table.items[key] = without_slots(row)
    return table


def test_a_row_from_before_is_taken_whole_and_the_answer_is_inexact_on_its_day() -> None:
    table = before_hours(folded(interaction("a", at=DAY, concept="x"), interaction("b", at=DAY + DAY_MS, concept="x")))
    table.fold(interaction("c", at=DAY + 5 * HOUR_MS, concept="x"))
    part = TimeRange(DAY + 4 * HOUR_MS, DAY + 2 * DAY_MS)
    found = ask(table, "learning", ["interaction_count", "unique_users"], part, ("concept",))
    assert groups(found) == {("x",): {"interaction_count": 3, "unique_users": 1}}
    assert found.inexact == TimeRange(DAY, DAY + DAY_MS)


def test_a_row_from_before_that_is_not_asked_for_makes_nothing_inexact() -> None:
    table = before_hours(folded(interaction("a", at=DAY, concept="x")))
    table.fold(interaction("c", at=DAY + 5 * HOUR_MS, concept="y"))
    part = TimeRange(DAY + 4 * HOUR_MS, DAY + 2 * DAY_MS)
    found = ask(table, "learning", ["interaction_count"], part, ("concept",), In("concept", ("y",)))
    assert groups(found) == {("y",): {"interaction_count": 1}}
    assert found.inexact is None


def test_pages_of_days_have_no_hours() -> None:
    table = folded(interaction("a", at=DAY, concept="x"))
    Seal(table, CATALOG.boards["learning"].rollup_tables).run(TimeRange(DAY, DAY + DAY_MS))  # type: ignore[arg-type]
    table.read.clear()
    week = TimeRange(DAY - 3 * DAY_MS, DAY + DAY_MS)
    ask(table, "learning", ["interaction_count"], week, ("concept",))
    assert "demo#learning.interactions_by_concept#day#counters+counts" in table.read
    assert "demo#learning.interactions_by_concept#day#counters" not in table.read
