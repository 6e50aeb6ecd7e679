"""Trends: how a number compares with the one before."""

import pytest

from belvedere.boards.productivity.responses.overview import change


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [(15, 10, 50), (5, 10, -50), (10, 10, 0), (0, 10, -100), (None, 10, -100), (0.5, 0.4, 25)],
)
def test_a_trend_is_the_change_in_percent_of_what_was(now: float | None, before: float, percent: float) -> None:
    assert change(now, before) == pytest.approx(percent)


@pytest.mark.parametrize("before", [0, 0.0, None])
def test_where_there_was_nothing_there_is_no_trend(before: float | None) -> None:
    assert change(7, before) == 0
