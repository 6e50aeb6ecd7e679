"""Engagement: four equal parts, each between 0 and 1."""

import numpy as np
import pytest

from belvedere.boards.learning.stats.engagement import engagement, session_hours
from tests.unit.learning.stats.days import day


def test_the_parts_are_those_of_sessions_and_days() -> None:
    found = engagement([day(2, {9: (4, 2), 10: (2, 1)}), day(1, {9: (1, 1)}), day(0, {20: (2, 2)})])
    hours = (1 + 2 / 3 - 1 / 5 + 1 / 3) / 2
    assert hours > 0.5
    assert found[1:] == pytest.approx((1.0, (6 + 2) / 2 / 10, (0.5 + 1.0) / 2, 3 / 7))
    assert found.score == pytest.approx(np.mean(found[1:]))


def test_parts_stop_at_one() -> None:
    found = engagement([day(ago, {8: (20, 20), 16: (20, 20)}) for ago in range(10)])
    assert found == (1.0, 1.0, 1.0, 1.0, 1.0)


def test_single_interactions_make_active_days_and_no_session() -> None:
    assert engagement([day(0, {9: (1, 1)})]) == pytest.approx((1 / 28, 0, 0, 0, 1 / 7))
    assert engagement([]) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("hours", [{9: 2}, {9: 5}, {9: 1, 10: 1}, {0: 3, 12: 9, 23: 2}])
def test_a_session_is_as_long_as_evenly_spread_interactions_last_on_average(hours: dict[int, int]) -> None:
    rng = np.random.default_rng(1)
    drawn = [np.concatenate([hour + rng.random(n) for hour, n in hours.items()]) for _ in range(20_000)]
    expected = float(np.mean([np.ptp(moments) for moments in drawn]))
    assert session_hours(day(0, {hour: (n, 0) for hour, n in hours.items()})) == pytest.approx(expected, abs=0.01)
