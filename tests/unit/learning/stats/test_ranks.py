"""Ranks, correlations and the rank sum, against scipy."""

import random

import pytest
from scipy import stats

from belvedere.boards.learning.stats.ranks import mann_whitney, pearson, ranks, spearman

RNG = random.Random(2)
X = [RNG.gauss(0, 1) for _ in range(30)]
Y = [x * 0.4 + RNG.gauss(0, 1) for x in X]
TIED = [round(value) for value in Y]


def test_equals_share_the_mean_of_their_ranks() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]


@pytest.mark.parametrize("y", [Y, TIED], ids=["plain", "ties"])
def test_correlations_are_scipys(y: list[float]) -> None:
    assert pearson(X, y) == pytest.approx(tuple(stats.pearsonr(X, y)), rel=1e-9)
    assert spearman(X, y) == pytest.approx(tuple(stats.spearmanr(X, y)), rel=1e-9)


def test_a_correlation_takes_six_and_both_must_vary() -> None:
    assert pearson(X[:5], Y[:5]) is None
    assert pearson(X[:6], Y[:6]) is not None
    assert pearson(X, [1.0] * 30) is None


def test_a_perfect_correlation_is_certain() -> None:
    assert pearson(X, [2 * x for x in X]) == pytest.approx((1.0, 0.0))
    assert spearman(X, [-(x**3) for x in X]) == pytest.approx((-1.0, 0.0))


@pytest.mark.parametrize("other", [Y[:17], [float(v) for v in TIED[:12]]], ids=["plain", "ties"])
def test_the_rank_sum_is_scipys_normal_approximation(other: list[float]) -> None:
    first = [float(round(x)) for x in X]
    expected = stats.mannwhitneyu(first, other, method="asymptotic")
    found = mann_whitney(first, other)
    assert found is not None
    assert (found.u, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)
    assert found.superiority == found.u / (len(first) * len(other))


def test_the_rank_sum_of_nothing_and_of_all_alike_is_none() -> None:
    assert mann_whitney([], [1.0]) is None
    assert mann_whitney([1.0, 1.0], [1.0]) is None
