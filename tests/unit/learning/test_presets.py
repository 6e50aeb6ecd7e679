"""A preset is the same events on every route, at any time of day: property tests over presets, routes and clocks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from belvedere.boards.learning.analytics.comparison import range_of
from belvedere.boards.learning.analytics.requests import AnalyticsComparativeBody
from belvedere.boards.learning.comparison_query import query_entity_stats, ranges
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.boards.learning.exports.answers import summarized
from belvedere.boards.learning.exports.export_request import ExportRequest, RangeFields
from belvedere.boards.learning.exports.students import students
from belvedere.boards.learning.profile import profile
from belvedere.boards.learning.requests import AggregationBody, TimeseriesBody
from belvedere.boards.learning.responses import class_overview, student_insights
from belvedere.boards.learning.responses.aggregation import aggregation
from belvedere.boards.learning.responses.summary import SummaryRequest, summary
from belvedere.boards.learning.responses.timeseries import timeseries
from belvedere.boards.learning.school import School, periods
from belvedere.boards.learning.students import student_totals
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS
from belvedere.query.planner.request import QueryBody
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import respond
from belvedere.settings import settings
from belvedere.time_ranges import PRESETS, moment
from tests.unit.query.memory import StateTable, folded
from tests.unit.rollups.builders import NOON, interaction

MIDNIGHT = NOON - 12 * HOUR_MS
SHORT = [name for name, length in PRESETS.items() if length <= DAY_MS]
Counted = Callable[[str, Reader, int], Awaitable[int]]


@pytest.fixture(autouse=True, scope="module")
def environment() -> Iterator[None]:
    """Tables that nothing asks: only what counts as mastered is read."""
    with pytest.MonkeyPatch.context() as patched:
        for table in ("events", "rollups", "cache", "state", "directory"):
            patched.setenv(f"{table.upper()}_TABLE", table)
        settings.cache_clear()
        yield
    settings.cache_clear()


async def of_summary(preset: str, reader: Reader, now: int) -> int:
    return int((await summary(SummaryRequest(preset=preset), reader, now))["summary"]["total_interactions"])


async def of_summary_of_a_student(preset: str, reader: Reader, now: int) -> int:
    asked = SummaryRequest(preset=preset, user_ids=("ann",))
    return int((await summary(asked, reader, now))["summary"]["total_interactions"])


async def of_series(preset: str, reader: Reader, now: int) -> int:
    body = TimeseriesBody.model_validate(
        {"metrics": ["success_rate"], "time_range": {"preset": preset}, "granularity": "1h"}
    )
    return sum(row["interaction_count"] for row in (await timeseries(body, reader, now))["data"])


async def of_exported_summary(preset: str, reader: Reader, now: int) -> int:
    asked = ExportRequest("csv", "summary", RangeFields(preset=preset), {}, None, True, None)
    _, sheet = await summarized(asked, reader, now)
    return next(int(row["value"]) for row in sheet.rows if row["metric"] == "total_interactions")


def of_groups(dimension: str) -> Counted:
    async def counted(preset: str, reader: Reader, now: int) -> int:
        asked = {"dimensions": [dimension], "metrics": ["interaction_count"], "time_range": {"preset": preset}}
        found = await aggregation(AggregationBody.model_validate(asked), reader, now)
        return sum(row["interaction_count"] for row in found["data"])

    return counted


def query(preset: str, group_by: Sequence[str], **more: Any) -> QueryBody:
    asked = {"board": "learning", "metrics": ["interaction_count"], "range": {"preset": preset}, "group_by": group_by}
    return QueryBody.model_validate(asked | more)


def of_query(*group_by: str) -> Counted:
    async def counted(preset: str, reader: Reader, now: int) -> int:
        found = await respond(query(preset, group_by), reader, now)
        return sum(row["interaction_count"] or 0 for row in found["rows"])

    return counted


async def of_overview(preset: str, reader: Reader, now: int) -> int:
    part = class_overview.resolved_range(class_overview.ClassOverviewRequest(preset=preset), now)
    return (await class_overview.everybody(reader, part, now)).whole.attempts


async def of_a_class(preset: str, reader: Reader, now: int) -> int:
    body = ComparativeBody.model_validate(
        {"comparison_type": "classes", "primary_entities": ["physics"], "time_range": {"preset": preset}}
    )
    school = School({"physics": "Physics"}, {"physics": ("ann",)})
    (period,) = await periods(reader, school, [ranges(body, now)[""]], now)
    return sum(work.tally.attempts for work in period.of(["physics"]).values())


async def of_a_period(preset: str, reader: Reader, now: int) -> int:
    body = ComparativeBody.model_validate({"comparison_type": "time_periods", "primary_entities": [preset]})
    return (await query_entity_stats(body, reader, now))[preset].tally.attempts


async def of_insights(preset: str, reader: Reader, now: int) -> int:
    part = student_insights.resolved_range(student_insights.InsightsRequest("ann", preset=preset), now)
    return (await profile(reader, "ann", part, now)).total.attempts


async def of_masteries(preset: str, reader: Reader, now: int) -> int:
    part = student_insights.resolved_range(student_insights.InsightsRequest("ann", preset=preset), now)
    return sum(mastery.evidence.attempts for mastery in (await profile(reader, "ann", part, now)).masteries)


async def of_cohorts(preset: str, reader: Reader, now: int) -> int:
    body = AnalyticsComparativeBody.model_validate(
        {"analysis_type": "cohort", "metrics": ["success_rate"], "time_range": {"preset": preset}}
    )
    return sum(tally.attempts for tally in (await student_totals(reader, range_of(body, now))).values())


async def of_the_busiest(preset: str, reader: Reader, now: int) -> int:
    order = [{"metric": "interaction_count", "direction": "desc"}]
    found = await respond(query(preset, ["user"], order=order, limit=5), reader, now)
    return sum(row["interaction_count"] or 0 for row in found["rows"])


async def of_exported_students(preset: str, reader: Reader, now: int) -> int:
    asked = ExportRequest("csv", "students", RangeFields(preset=preset), {}, None, True, None)
    return sum(row["interaction_count"] for row in (await students(asked, reader, now))[1].rows)


ROUTES: dict[str, Counted] = {
    "summary": of_summary,
    "summary of a student": of_summary_of_a_student,
    "time series": of_series,
    "export of the summary": of_exported_summary,
    "aggregation by agent": of_groups("agent_type"),
    "aggregation by hour": of_groups("hour"),
    "aggregation by user": of_groups("user_id"),
    "aggregation by concept": of_groups("concept"),
    "query": of_query(),
    "query by agent": of_query("agent_type"),
    "query by user": of_query("user"),
    "query by concept": of_query("concept"),
    "query of the busiest": of_the_busiest,
    "comparison of periods": of_a_period,
    "comparison of classes": of_a_class,
    "comparison of cohorts": of_cohorts,
    "class overview": of_overview,
    "student insights": of_insights,
    "mastery of concepts": of_masteries,
    "export of students": of_exported_students,
}


def counts(routes: dict[str, Counted], preset: str, ages: list[int], now: int) -> dict[str, int]:
    """What each route counts of one student's interactions of these ages, at a moment."""
    told = {"received": now, "concept": "velocity"}
    table = folded(*(interaction(f"e{n}", at=now - age, **told) for n, age in enumerate(ages)))
    reader = Reader(table, StateTable(), clock=lambda: now)  # type: ignore[arg-type]

    async def every() -> dict[str, int]:
        return {name: await counted(preset, reader, now) for name, counted in routes.items()}

    return asyncio.run(every())


def of_length(preset: str, ages: list[int]) -> int:
    return sum(age <= PRESETS[preset] for age in ages)


clocks = st.integers(0, DAY_MS - 1).map(lambda ms: MIDNIGHT + ms)
ages = st.lists(
    st.integers(0, 3 * DAY_MS) | st.integers(0, 400 * DAY_MS) | st.sampled_from([*PRESETS.values()]), max_size=12
)
TWO_PAST_MIDNIGHT, TEN = MIDNIGHT + 2 * MINUTE_MS, [age * MINUTE_MS for age in range(30, 130, 10)]


@given(preset=st.sampled_from([*PRESETS]), ages=ages, now=clocks)
@example(preset="24h", ages=TEN, now=TWO_PAST_MIDNIGHT)
@example(preset="1h", ages=[age * HOUR_MS // 3 for age in range(40)], now=MIDNIGHT + 5 * HOUR_MS // 2)
@example(preset="7d", ages=TEN, now=TWO_PAST_MIDNIGHT)
@examples(max_examples=50, deadline=None)
def test_a_preset_is_the_same_events_on_every_route(preset: str, ages: list[int], now: int) -> None:
    found = counts(ROUTES, preset, ages, now)
    assert len(set(found.values())) == 1, found
    assert found["summary"] >= of_length(preset, ages)


@pytest.mark.parametrize("preset", SHORT)
@pytest.mark.parametrize("hour", range(24))
def test_hours_are_the_same_events_on_every_route_at_every_hour(preset: str, hour: int) -> None:
    now = MIDNIGHT + hour * HOUR_MS + 30 * MINUTE_MS
    ages = [age * MINUTE_MS for age in range(0, 49 * 60, 47)]
    since = (now - PRESETS[preset]) // HOUR_MS * HOUR_MS
    expected = sum(now - age >= since for age in ages)
    assert counts(ROUTES, preset, ages, now) == dict.fromkeys(ROUTES, expected)


@pytest.mark.parametrize(("preset", "count"), [("24h", 10), ("7d", 10), ("1y", 10)])
def test_two_minutes_past_midnight_the_last_two_hours_are_on_every_route(preset: str, count: int) -> None:
    found = counts(ROUTES, preset, TEN, TWO_PAST_MIDNIGHT)
    assert set(found.values()) == {count}


@given(preset=st.sampled_from([*PRESETS]), now=clocks, group_by=st.sampled_from([[], ["agent_type"], ["user"]]))
def test_what_a_preset_is_compared_with_is_as_long_and_ends_where_it_begins(
    preset: str, now: int, group_by: list[str]
) -> None:
    reader = Reader(folded(), StateTable(), clock=lambda: now)  # type: ignore[arg-type]
    found = asyncio.run(respond(query(preset, group_by, compare="previous"), reader, now))
    ranges = (found["time_range"], found["previous_range"])
    this, before = ([moment(one[edge], edge) for edge in ("start", "end")] for one in ranges)
    assert before[1] == this[0]
    assert before[1] - before[0] == this[1] - this[0] >= PRESETS[preset]
