"""Groups of alike things by k-means, the same each time: it begins with points far apart, not with a draw."""

import math
from collections.abc import Sequence

ROUNDS = 100
TINY = 1e-12  # a column that varies by less is constant
Point = tuple[float, ...]


def standardized(points: Sequence[Point]) -> list[Point]:
    """Each column with mean 0 and deviation 1; a constant column is 0."""
    n = len(points)
    means = [math.fsum(column) / n for column in zip(*points, strict=True)]
    spreads = [
        math.sqrt(math.fsum((value - mean) ** 2 for value in column) / n)
        for column, mean in zip(zip(*points, strict=True), means, strict=True)
    ]
    scaled = [(mean, spread if spread > TINY else math.inf) for mean, spread in zip(means, spreads, strict=True)]
    return [tuple((value - m) / s for value, (m, s) in zip(point, scaled, strict=True)) for point in points]


def kmeans(points: Sequence[Point], k: int) -> list[int]:
    """The cluster of each point (Lloyd's algorithm): 0 to k - 1, fewer where there are fewer different points.

    The first centre is the point nearest the mean, each next one the point farthest from those before; equals go to the
    first. So the same points in the same order give the same clusters.
    """
    centres = _begun(points, k)
    labels: list[int] = []
    for _ in range(ROUNDS):
        now = [min(range(len(centres)), key=lambda c: math.dist(point, centres[c])) for point in points]
        if now == labels:
            break
        labels = now
        for c in range(len(centres)):
            own = [point for point, label in zip(points, labels, strict=True) if label == c]
            if own:
                centres[c] = _mean(own)
    return labels


def _begun(points: Sequence[Point], k: int) -> list[Point]:
    if not points:
        return []
    middle = _mean(points)
    centres = [min(points, key=lambda point: math.dist(point, middle))]
    while len(centres) < k:
        farthest = max(points, key=lambda point: min(math.dist(point, centre) for centre in centres))
        if farthest in centres:
            break
        centres.append(farthest)
    return centres


def _mean(points: Sequence[Point]) -> Point:
    return tuple(math.fsum(column) / len(points) for column in zip(*points, strict=True))
