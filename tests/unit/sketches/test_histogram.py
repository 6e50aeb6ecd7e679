"""Quantiles from bins: within 1 % of the true value, and merged by addition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.sketches.histogram import ALPHA, SMALLEST, Histogram, bin_of

values = st.lists(st.floats(min_value=0.001, max_value=1e9), min_size=1, max_size=60)


@given(values, st.sampled_from([0.0, 0.25, 0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_within_one_percent_of_the_true_one(data: list[float], q: float) -> None:
    true = sorted(data)[int(q * (len(data) - 1))]
    assert Histogram.of(data).quantile(q) == pytest.approx(true, rel=ALPHA * 1.0001)


@given(values, values)
def test_merged_histograms_are_the_histogram_of_everything(left: list[float], right: list[float]) -> None:
    merged = Histogram.of(left)
    merged.merge(Histogram.of(right))
    assert merged.bins == Histogram.of(left + right).bins


def test_nothing_has_no_quantile() -> None:
    assert Histogram().quantile(0.5) is None


def test_zero_has_a_bin_of_its_own() -> None:
    assert bin_of(0.0) == bin_of(SMALLEST / 2) == "z"
    assert Histogram.of([0.0, 0.0, 5.0]).quantile(0.5) == 0.0


def test_a_bin_that_was_emptied_again_is_not_there() -> None:
    histogram = Histogram.of([10.0, 1000.0])
    histogram.merge(Histogram({bin_of(1000.0): -1}))
    assert histogram.quantile(1.0) == pytest.approx(10.0, rel=ALPHA)
