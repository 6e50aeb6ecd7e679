"""K-means that is the same each time."""

import random

import pytest

from belvedere.boards.learning.stats.clusters import kmeans, standardized

CENTRES = ((0.0, 0.0), (10.0, 0.0), (0.0, 10.0))
RNG = random.Random(8)
POINTS = [(x + RNG.gauss(0, 1), y + RNG.gauss(0, 1)) for x, y in CENTRES for _ in range(20)]


def test_what_is_apart_is_told_apart() -> None:
    labels = kmeans(POINTS, 3)
    groups = [set(labels[start : start + 20]) for start in (0, 20, 40)]
    assert [len(group) for group in groups] == [1, 1, 1]
    assert len(set().union(*groups)) == 3


def test_the_same_points_give_the_same_clusters() -> None:
    assert kmeans(POINTS, 3) == kmeans(list(POINTS), 3)


def test_there_are_never_more_clusters_than_different_points() -> None:
    assert len(set(kmeans([(1.0, 1.0)] * 5 + [(2.0, 2.0)], 4))) == 2
    assert kmeans([], 3) == []


def test_standardized_columns_have_mean_0_and_deviation_1_and_constants_are_0() -> None:
    first, second = zip(*standardized([(1.0, 7.0), (2.0, 7.0), (6.0, 7.0)]), strict=True)
    assert sum(first) == pytest.approx(0)
    assert sum(value**2 for value in first) == pytest.approx(3)
    assert second == (0.0, 0.0, 0.0)
