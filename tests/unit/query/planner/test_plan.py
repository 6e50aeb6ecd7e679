"""Plans: the right family, few scans, every bucket exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS
from belvedere.errors import Invalid
from belvedere.query.planner.filters import all_in
from belvedere.query.planner.granularity import GRANULARITIES
from belvedere.query.planner.plan import Plan, plan
from belvedere.query.planner.question import Question
from belvedere.query.planner.range_split import split_by_grain
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import WIDTH_MS
from belvedere.time_ranges import TimeRange

WEEK = TimeRange(20_000 * DAY_MS, 20_007 * DAY_MS)
WIDEST_FIRST = (Grain.DAY, Grain.HOUR, Grain.MINUTE)


def planned(*metrics: str, part: TimeRange = WEEK, **options: object) -> Plan:
    question = Question(board="learning", metrics=metrics or ("interaction_count",), range=part, **options)  # type: ignore[arg-type]
    return plan(question, "demo", CATALOG.boards["learning"].rollup_tables)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_split_covers_every_minute_once_with_whole_buckets(start: int, length: int) -> None:
    part = TimeRange(start * MINUTE_MS, (start + length) * MINUTE_MS)
    pieces = list(split_by_grain(part, WIDEST_FIRST))
    assert [piece.start for piece, _ in pieces] == [part.start, *(piece.end for piece, _ in pieces[:-1])]
    assert pieces[-1][0].end == part.end
    assert all(edge % WIDTH_MS[grain] == 0 for piece, grain in pieces for edge in (piece.start, piece.end))
    assert len(pieces) <= 5


def test_whole_days_are_one_scan_of_day_rows() -> None:
    (scan,) = planned().scans
    assert (scan.partition, scan.low, scan.high) == (
        "demo#learning.interactions#day#counters", "2024-10-04", "2024-10-10~",
    )  # fmt: skip


def test_uneven_edges_are_read_in_hours() -> None:
    part = TimeRange(WEEK.start + HOUR_MS, WEEK.end + 2 * HOUR_MS)
    assert [scan.grain for scan in planned(part=part).scans] == [Grain.HOUR, Grain.DAY, Grain.HOUR]


def test_a_year_needs_no_more_scans_than_a_week() -> None:
    year = TimeRange(WEEK.start + HOUR_MS, WEEK.start + 365 * DAY_MS + 2 * HOUR_MS)
    assert len(planned(part=year).scans) == 3


def test_hours_asked_are_hours_read() -> None:
    assert [scan.grain for scan in planned(granularity=GRANULARITIES["1h"]).scans] == [Grain.HOUR]


def test_sketches_are_read_only_when_a_metric_needs_them() -> None:
    kinds = [scan.kind for scan in planned("interaction_count", "unique_users", "p95_response_time").scans]
    assert kinds == ["counters", "histogram.execution_time_ms", "distinct.user"]
    assert [scan.kind for scan in planned("unique_users").scans] == ["distinct.user"]


@pytest.mark.parametrize(
    ("options", "family"),
    [
        ({}, "learning.interactions"),
        ({"group_by": ("agent_type",)}, "learning.interactions_by_agent"),
        ({"filters": all_in({"agent_type": ("a",)})}, "learning.interactions_by_agent"),
        ({"filters": all_in({"concept": ("a",)})}, "learning.interactions_by_concept"),
        ({"filters": all_in({"user": ("ann",)})}, "learning.interactions_by_user"),
        ({"filters": all_in({"user": ("ann",), "agent_type": ("a",)})}, "learning.interactions_by_user"),
    ],
)
def test_the_smallest_family_that_serves_is_chosen(options: dict[str, object], family: str) -> None:
    assert planned(**options).family.name == family


def test_each_user_asked_for_is_one_scan_of_whole_days() -> None:
    part = TimeRange(WEEK.start + HOUR_MS, WEEK.end - HOUR_MS)
    scans = planned(part=part, filters=all_in({"user": ("ann", "bob")})).scans
    assert [(scan.entity, scan.low, scan.high) for scan in scans] == [
        ("ann", "2024-10-04", "2024-10-10~"),
        ("bob", "2024-10-04", "2024-10-10~"),
    ]


def test_dimensions_nobody_rolls_up_together_are_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"by agent_type \+ concept; there is agent_type, class_id \+ user, "):
        planned(group_by=("agent_type", "concept"))


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"metrics: 'nonsense' is not one of interaction_count"):
        planned("nonsense")


def test_a_family_with_a_dimension_that_events_may_lack_answers_only_who_names_it() -> None:
    """An interaction without a class is in no row by class, so those rows are no account of a user."""
    assert planned(filters=all_in({"user": ("ann",)})).family.name == "learning.interactions_by_user"
    both = planned(group_by=("class_id", "user"))
    assert both.family.name == "learning.interactions_by_class"
    with pytest.raises(Invalid, match=r"nothing is rolled up by class_id; there is .*class_id \+ user"):
        planned(group_by=("class_id",))


def test_a_family_without_a_metric_s_counters_does_not_answer_it() -> None:
    with pytest.raises(Invalid, match="nothing is rolled up by class_id"):
        planned("avg_success_time", group_by=("class_id", "user"))
