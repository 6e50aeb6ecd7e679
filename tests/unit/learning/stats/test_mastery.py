"""Mastery: recent work weighs more, the score is always inside its interval, one attempt already has one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.learning.stats.mastery import masteries
from belvedere.boards.learning.tally import Tally
from tests.unit.learning.stats.days import TODAY, day

Z = 1.959963984540054
HISTORY = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 20), st.floats(0, 1)), min_size=1, max_size=20,
                   unique_by=lambda one: one[0])  # fmt: skip


@given(HISTORY)
def test_the_score_is_wilson_s_centre_of_attempts_weighted_by_age(history: list[tuple[int, int, float]]) -> None:
    days = [day(ago, velocity=(attempts, round(attempts * share))) for ago, attempts, share in history]
    (found,) = masteries(days, TODAY)
    ages, attempts = np.array([ago for ago, _, _ in history]), np.array([n for _, n, _ in history])
    successes = np.array([round(n * share) for _, n, share in history])
    n, s = float(np.sum(0.95**ages * attempts)), float(np.sum(0.95**ages * successes))
    assert found.score == pytest.approx((s / n + Z**2 / (2 * n)) / (1 + Z**2 / n))
    half = Z / (1 + Z**2 / n) * np.sqrt(max(s / n * (1 - s / n), 0) / n + Z**2 / (4 * n**2))
    assert (found.low, found.high) == pytest.approx((found.score - half, found.score + half))
    assert found.low <= found.score <= found.high
    assert found.evidence == Tally(int(attempts.sum()), int(successes.sum()))


def test_what_is_long_ago_counts_less() -> None:
    improved = masteries([day(40, a=(10, 0)), day(0, a=(10, 10))], TODAY)[0]
    declined = masteries([day(40, a=(10, 10)), day(0, a=(10, 0))], TODAY)[0]
    assert improved.score > 0.7 > 0.3 > declined.score


def test_one_attempt_has_a_wide_interval_and_many_have_a_narrow_one() -> None:
    one, many = (masteries([day(0, a=(n, n))], TODAY)[0] for n in (1, 50))
    assert (one.low, one.high) == pytest.approx((0.207, 1.0), abs=1e-3)
    assert many.high - many.low < 0.1


def test_old_evidence_widens_the_interval() -> None:
    fresh, old = (masteries([day(ago, a=(20, 15))], TODAY)[0] for ago in (0, 60))
    assert old.high - old.low > 2 * (fresh.high - fresh.low)


def test_concepts_come_by_name_each_with_its_own_evidence() -> None:
    found = masteries([day(1, b=(2, 1), a=(1, 1)), day(0, b=(1, 0))], TODAY)
    assert [(one.concept, one.evidence) for one in found] == [("a", Tally(1, 1)), ("b", Tally(3, 1))]
    assert masteries([], TODAY) == []
