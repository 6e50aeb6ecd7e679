"""Lines, autocorrelation and outliers, against scipy, numpy and by hand."""

import random

import numpy as np
import pytest
from scipy import stats

from belvedere.boards.learning.stats.series import active, autocorrelation, line, means_by, outliers

RNG = random.Random(4)
X = [float(n) for n in range(25)]
Y = [2.0 + 0.3 * x + RNG.gauss(0, 2) for x in X]


def test_a_line_is_scipys_with_its_interval_and_p_value() -> None:
    found, expected = line(X, Y), stats.linregress(X, Y)
    assert found is not None
    reach = stats.t.ppf(0.975, len(X) - 2) * expected.stderr
    told = (found.slope, found.intercept, found.p_value, found.r_squared, found.low, found.high)
    low, high = expected.slope - reach, expected.slope + reach
    assert told == pytest.approx(
        (expected.slope, expected.intercept, expected.pvalue, expected.rvalue**2, low, high), rel=1e-8
    )


def test_a_new_value_lies_in_its_interval_as_often_as_it_says() -> None:
    rng, held = random.Random(9), 0
    for _ in range(1_000):
        y = [1.0 + 0.5 * x + rng.gauss(0, 1) for x in range(8)]
        fitted = line([float(x) for x in range(8)], y)
        assert fitted is not None
        _, low, high = fitted.ahead(9)
        held += low < 1.0 + 0.5 * 9 + rng.gauss(0, 1) < high
    assert 930 <= held <= 970


def test_a_line_needs_three_points_and_different_x() -> None:
    assert line([0.0, 1.0], [1.0, 2.0]) is None
    assert line([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None


def test_a_flat_line_is_certain_of_nothing_and_a_straight_one_of_its_slope() -> None:
    flat, straight = line(X, [5.0] * 25), line(X, X)
    assert flat is not None
    assert straight is not None
    assert (flat.slope, flat.p_value, flat.r_squared) == (0.0, 1.0, 0.0)
    assert (straight.slope, straight.r_squared) == pytest.approx((1.0, 1.0))
    assert straight.p_value < 1e-12


def test_autocorrelation_is_box_and_jenkins() -> None:
    off = np.array(Y) - np.mean(Y)
    expected = [float(off[lag:] @ off[:-lag] / (off @ off)) for lag in (1, 2, 3)]
    assert autocorrelation(Y, 3) == pytest.approx(expected)
    assert autocorrelation([1.0, 2.0], 9) == pytest.approx([-0.5])
    assert autocorrelation([5.0] * 9, 3) == []


def test_means_by_bucket() -> None:
    assert means_by(["a", "b", "a"], [1.0, 5.0, 2.0]) == {"a": 1.5, "b": 5.0}


def test_outliers_are_those_of_tukeys_fences_and_of_z() -> None:
    values = [10.0, 11, 9, 10, 12, 10, 9, 11, 10, 10, 11, 9, 10, 40]
    (found,) = outliers(values)
    low, high = np.percentile(values, [25, 75])
    assert high + 1.5 * (high - low) < 40
    assert (found.position, found.by_iqr, found.by_z) == (13, True, True)
    assert found.z == pytest.approx(stats.zscore(values, ddof=1)[13])
    assert outliers([1.0]) == outliers([2.0] * 10) == []


def test_what_is_mostly_idle_is_compared_where_it_is_not() -> None:
    busy = [12.0, 0, 11, 12, 10, 0, 11]
    assert active(busy) == [0, 1, 2, 3, 4, 5, 6]
    year = [0.0] * 300 + busy + [0.0] * 58
    assert active(year) == [300, 302, 303, 304, 306]
    assert len(outliers(year)) == 5, "by all of its days, each day of that week stands out"
    assert outliers([year[position] for position in active(year)]) == []
    assert active([]) == active([0.0] * 5) == []


def test_thresholds_can_be_chosen() -> None:
    values = [0.0, 1, 2, 3, 4, 5, 6, 7, 8, 16]
    assert [outlier.position for outlier in outliers(values, iqr_factor=1.5)] == [9]
    assert outliers(values, iqr_factor=3.0) == []
    assert [outlier.by_z for outlier in outliers(values, iqr_factor=9, z_threshold=2)] == [True]
