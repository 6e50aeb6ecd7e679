"""Strategies of the reader: which one fetches which part of a plan."""

import asyncio

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.planner.plan import plan
from belvedere.query.planner.question import Order, Question
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange
from tests.unit.fakes import FakeTable
from tests.unit.query.memory import MemoryRollups
from tests.unit.rollups.builders import NOON

DAY = NOON - 12 * HOUR_MS
TWO_HOURS = TimeRange(DAY, DAY + 2 * HOUR_MS)
WEEK = TimeRange(DAY - 7 * DAY_MS, DAY)
WEEK_AND_HOURS = TimeRange(WEEK.start, WEEK.end + 2 * HOUR_MS)
RANKING = {"group_by": ("user",), "order": (Order("interaction_count"),)}


def strategies_of(question: Question) -> list[str]:
    """The strategy of each scan, by name."""

    async def chosen() -> list[str]:
        table = MemoryRollups()
        reader = Reader(table, FakeTable(), clock=lambda: NOON)  # type: ignore[arg-type]
        planned = plan(question, "demo", CATALOG.boards["learning"].rollup_tables)
        strategies = await reader.strategies(planned)
        names = [type(next(way for way in strategies if way.answers(scan))).__name__ for scan in planned.scans]
        await asyncio.sleep(0)
        return names

    return asyncio.run(chosen())


@pytest.mark.parametrize(
    ("time_range", "metric", "options", "expected"),
    [
        (TWO_HOURS, "interaction_count", {}, ["Rows"]),
        (WEEK, "interaction_count", {}, ["Rows"]),
        (WEEK, "interaction_count", {"group_by": ("agent_type",)}, ["DayPages"]),
        (WEEK, "p95_response_time", {}, ["DayPages"]),
        (WEEK, "interaction_count", RANKING, ["TopK"]),
        (WEEK_AND_HOURS, "interaction_count", RANKING, ["TopK", "RankedHours"]),
    ],
)
def test_each_part_of_a_plan_has_the_most_specific_strategy(
    time_range: TimeRange, metric: str, options: dict[str, object], expected: list[str]
) -> None:
    question = Question(board="learning", metrics=(metric,), range=time_range, **options)  # type: ignore[arg-type]
    assert strategies_of(question) == expected


def test_days_without_dimensions_are_counted_by_the_rows_that_carry_their_revisions() -> None:
    question = Question(board="learning", metrics=("interaction_count", "p95_response_time"), range=WEEK)
    assert strategies_of(question) == ["DayCounters", "DayPages"]
