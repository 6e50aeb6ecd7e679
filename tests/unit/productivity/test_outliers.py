"""Which days stand out, judged by the median and deviations from it."""

import pytest

from belvedere.boards.productivity.kpis.outliers import Day, outliers, robust_scores
from belvedere.clock import DAY_MS

TODAY = 10 * DAY_MS


def days(*sessions: int, failed: dict[int, int] | None = None, cost: float = 1.0) -> list[Day]:
    """Days from 0 on, so the eleventh is today."""
    return [
        (n * DAY_MS, {"session_count": count, "failed_sessions": (failed or {}).get(n, 0), "total_cost": cost})
        for n, count in enumerate(sessions)
    ]


def found(some: list[Day], since: int = 0) -> list[tuple[int, str]]:
    return [(outlier.day // DAY_MS, outlier.measure) for outlier in outliers(some, since=since * DAY_MS, today=TODAY)]


def test_scores_are_iglewicz_and_hoaglin_s() -> None:
    assert robust_scores([10, 4], [1, 2, 3, 4, 5]) == pytest.approx([0.6745 * 7 / 1, 0.6745 * 1 / 1])


def test_where_most_values_are_alike_the_mean_deviation_stands_in() -> None:
    assert robust_scores([9], [0, 0, 0, 0, 9]) == pytest.approx([9 / (1.253314 * 9 / 5)])
    assert robust_scores([5], [5, 5, 5]) == [0.0]
    assert robust_scores([5], []) == [0.0]


def test_a_day_of_many_sessions_stands_out_and_one_of_few() -> None:
    usual = [20, 22, 19, 21, 20, 23, 18]
    assert found(days(*usual, 90)) == [(7, "session_count")]
    assert found(days(*usual, 1)) == [(7, "session_count")]


def test_usual_days_stand_out_by_nothing() -> None:
    assert found(days(20, 22, 19, 21, 20, 23, 18, 25)) == []
    assert found(days(*[5] * 11)) == []


def test_a_difference_that_nobody_would_care_about_is_none() -> None:
    assert found(days(*[100] * 9, 101)) == []  # constant but for one
    assert found(days(1, 1, 1, 1, 1, 1, 1, 4)) == []  # four times as many, and three sessions


def test_a_week_of_work_has_to_be_known() -> None:
    assert found(days(20, 22, 19, 21, 20, 90)) == []


def test_days_without_sessions_are_no_days_of_work() -> None:
    assert found(days(20, 0, 0, 22, 19, 21, 20, 0, 0, 23)) == []


def test_today_is_judged_by_the_others_and_only_where_it_is_above_them() -> None:
    usual = [20, 22, 19, 21, 20, 23, 18, 20, 21, 20]
    assert found(days(*usual, 1)) == []
    assert found(days(*usual, 90)) == [(10, "session_count")]


def test_older_days_tell_what_is_usual_and_are_not_told_of() -> None:
    assert found(days(90, 20, 22, 19, 21, 20, 23, 18, 20), since=2) == []


def test_failures_and_cost_stand_out_by_themselves() -> None:
    assert found(days(*[20] * 9, failed={8: 12})) == [(8, "failed_sessions")]
    dear = days(*[20] * 9)
    dear[4] = (dear[4][0], dict(dear[4][1]) | {"total_cost": 40.0})
    assert found(dear) == [(4, "total_cost")]
