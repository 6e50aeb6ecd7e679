"""Wilson's interval, against SciPy's and against its own defining equation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from belvedere.boards.learning.stats.wilson import Z95, wilson


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_scipy_s(counts: tuple[int, int]) -> None:
    successes, attempts = counts
    expected = binomtest(successes, attempts).proportion_ci(0.95, method="wilson")
    assert wilson(successes, attempts)[1:] == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.floats(0.01, 500), st.floats(0, 1))
def test_with_weighted_counts_the_ends_solve_the_score_equation(attempts: float, share: float) -> None:
    """(p^ - p)^2 = z^2 p (1 - p) / n: its two roots are the ends, and their middle is the centre."""
    rate, square = share, Z95**2 / attempts
    low, high = sorted(np.roots([1 + square, -(2 * rate + square), rate**2]).real)
    found = wilson(share * attempts, attempts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
    assert found.centre == pytest.approx((low + high) / 2, abs=1e-6)
    assert 0 <= found.low <= found.centre <= found.high <= 1


def test_one_attempt_says_something_and_none_says_nothing() -> None:
    assert wilson(1, 1) == pytest.approx((0.603, 0.207, 1.0), abs=1e-3)
    assert wilson(0, 1) == pytest.approx((0.397, 0.0, 0.793), abs=1e-3)
    assert wilson(0, 0) == (0.5, 0.0, 1.0)
