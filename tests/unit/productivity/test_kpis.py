"""How a KPI is judged, and what it is made of."""

import pytest

from belvedere.boards.productivity.kpis.kpi import ERRORS, KPIS, VELOCITY, Kpi, KpiValue
from belvedere.boards.productivity.kpis.team_stats import TeamStats, kpi_values
from belvedere.boards.productivity.sessions.span import Span
from belvedere.clock import HOUR_MS, MINUTE_MS

LOWER = {"error_rate", "token_efficiency", "pr_merge_time_hours", "rework_rate"}


@pytest.mark.parametrize(
    ("value", "status"), [(4.5, "good"), (4.0, "warning"), (2.0, "warning"), (1.99, "critical"), (0.0, "critical")]
)
def test_more_is_better(value: float, status: str) -> None:
    assert VELOCITY.status(value) == status


@pytest.mark.parametrize(
    ("value", "status"), [(0.0, "good"), (4.99, "good"), (5.0, "warning"), (10.0, "warning"), (10.01, "critical")]
)
def test_less_is_better(value: float, status: str) -> None:
    assert ERRORS.status(value) == status


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_each_kpi_has_the_direction_that_is_meant(kpi: Kpi) -> None:
    assert kpi.lower is (kpi.name in LOWER)
    assert kpi.status(0.0) == ("good" if kpi.lower else "critical")


def test_nothing_observed_is_not_judged() -> None:
    told = KpiValue(ERRORS, 0.0, 0).to_json()
    assert told == {"value": 0.0, "unit": "%", "threshold": 5.0, "status": None, "sample": 0}


def test_a_team_that_does_nothing_has_nine_zeros_that_are_numbers() -> None:
    empty = TeamStats(days=7, sessions={"session_count": 0, "acceptance_rate": None}, closed={}, reworks=0)
    told = kpi_values(empty)
    assert list(told) == [kpi.name for kpi in KPIS]
    assert {(reading.value, reading.sample, reading.status) for reading in told.values()} == {(0.0, 0, None)}
    assert all(isinstance(reading.value, float) for reading in told.values())


def test_closings_without_a_merge_are_a_throughput_of_zero_and_no_merge_time() -> None:
    found = TeamStats(days=7, sessions={}, closed={"closed_pull_requests": 2, "merged_pull_requests": 0}, reworks=0)
    told = kpi_values(found)
    assert (told["pr_throughput"].value, told["pr_throughput"].status) == (0.0, "critical")
    assert told["pr_merge_time_hours"].status is None


@pytest.mark.parametrize(("days", "per_week"), [(7, 6.0), (14, 3.0), (1, 42.0)])
def test_merges_are_counted_by_the_week(days: int, per_week: float) -> None:
    assert TeamStats(days, {}, {"merged_pull_requests": 6}, 0).merged_per_week == pytest.approx(per_week)


def test_commits_are_counted_by_days_that_have_some() -> None:
    assert TeamStats(7, {}, {}, 0, commits_by_day={0: 4, 5: 2}).commits_per_day == 3.0


def test_a_policy_is_measured_by_all_sessions_and_its_lack_is_no_zero() -> None:
    assert TeamStats(7, {"session_count": 3}, {}, 0, fitting=2).accuracy == pytest.approx(2 / 3)
    assert TeamStats(7, {"session_count": 3}, {}, 0).accuracy is None
    assert TeamStats(7, {"session_count": 0}, {}, 0, fitting=0).accuracy is None


def test_a_span_is_never_shorter_than_an_hour() -> None:
    assert Span(0, 10 * MINUTE_MS).hours == 1.0
    assert Span(0, 27 * HOUR_MS).hours == 27.0
