"""Effects and their p-values, against SciPy and NumPy."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special, stats

from belvedere.boards.learning.stats.effect import of_means, of_proportions
from belvedere.boards.learning.stats.tails import incomplete_beta, normal_p, student_p, student_point
from belvedere.boards.learning.tally import Tally

VALUES = st.lists(st.integers(0, 1000).map(lambda n: n / 1000), min_size=2, max_size=40)


@given(st.floats(0.05, 500), st.floats(0.05, 500), st.floats(0, 1))
def test_the_incomplete_beta_function_is_scipy_s(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-8, abs=1e-12)


@given(st.floats(-60, 60), st.floats(0.5, 3000))
def test_student_s_tail_is_scipy_s(t: float, df: float) -> None:
    assert student_p(t, df) == pytest.approx(2 * float(stats.t.sf(abs(t), df)), rel=1e-7, abs=1e-12)


@given(st.floats(0.5, 3000), st.floats(0.001, 0.999))
def test_student_s_point_is_scipy_s(df: float, p: float) -> None:
    assert student_point(df, p) == pytest.approx(float(stats.t.ppf(1 - p / 2, df)), rel=1e-6)


@given(st.floats(-30, 30))
def test_the_normal_tail_is_scipy_s(z: float) -> None:
    assert normal_p(z) == pytest.approx(2 * float(stats.norm.sf(abs(z))), rel=1e-9, abs=1e-300)


@pytest.mark.filterwarnings("ignore:Precision loss")  # SciPy's, where all values but one are the same
@given(VALUES, VALUES)
def test_a_difference_of_means_is_cohen_s_d_with_welch_s_interval_and_p_value(a: list[float], b: list[float]) -> None:
    assume(np.ptp(a) + np.ptp(b) > 0)
    found, expected = of_means(a, b), stats.ttest_ind(a, b, equal_var=False)
    interval = expected.confidence_interval(0.95)
    pooled = np.sqrt(((len(a) - 1) * np.var(a, ddof=1) + (len(b) - 1) * np.var(b, ddof=1)) / (len(a) + len(b) - 2))
    assert found.value == pytest.approx((np.mean(a) - np.mean(b)) / pooled, abs=1e-9)
    assert found.difference == pytest.approx(np.mean(a) - np.mean(b), abs=1e-12)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-9)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "difference"), [([], [1.0], None), ([0.5], [0.2, 0.4], 0.2), ([0.5, 0.5], [0.2, 0.2], 0.3)]
)
def test_without_spread_or_with_one_value_only_the_difference_is_known(
    a: list[float], b: list[float], difference: float | None
) -> None:
    found = of_means(a, b)
    assert (found.value, found.low, found.high, found.p_value) == (None, None, None, None)
    assert found.difference == (difference if difference is None else pytest.approx(difference))


COUNTS = st.integers(1, 300).flatmap(lambda n: st.builds(Tally, st.just(n), st.integers(0, n)))


@given(COUNTS, COUNTS)
def test_a_difference_of_proportions_has_newcombe_s_interval_and_the_pooled_p_value(a: Tally, b: Tally) -> None:
    found = of_proportions(a, b)
    one, other = (stats.binomtest(t.successes, t.attempts).proportion_ci(method="wilson") for t in (a, b))
    rates = a.successes / a.attempts, b.successes / b.attempts
    assert found.value == found.difference == pytest.approx(rates[0] - rates[1], abs=1e-12)
    assert found.low == pytest.approx(
        rates[0] - rates[1] - np.hypot(rates[0] - one.low, other.high - rates[1]), abs=1e-9
    )
    assert found.high == pytest.approx(
        rates[0] - rates[1] + np.hypot(one.high - rates[0], rates[1] - other.low), abs=1e-9
    )
    table = [[t.successes, t.attempts - t.successes] for t in (a, b)]
    if 0 in np.sum(table, axis=0):
        assert found.p_value == 1.0
    else:
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert found.p_value == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_without_attempts_nothing_is_known_of_proportions() -> None:
    assert of_proportions(Tally(), Tally(3, 1))[1:] == (None, None, None, None, None)
