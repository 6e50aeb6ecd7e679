"""Ranks: correlations of two measures, and whether one group's values tend to be larger than another's."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from belvedere.boards.learning.stats.tails import normal_p, student_p

LEAST = 6


class Correlation(NamedTuple):
    """A coefficient between -1 and 1, and its two-sided p-value."""

    coefficient: float
    p_value: float


def ranks(values: Sequence[float]) -> list[float]:
    """From 1; equals share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranked = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for position in order[start:end]:
            ranked[position] = (start + 1 + end) / 2
        start = end
    return ranked


def pearson(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """The product-moment correlation, p by t = r sqrt((n - 2) / (1 - r^2)); None for n < 6 or a constant."""
    n = len(x)
    if n < LEAST:
        return None
    mean_x, mean_y = math.fsum(x) / n, math.fsum(y) / n
    off_x, off_y = [a - mean_x for a in x], [b - mean_y for b in y]
    scale = math.sqrt(math.fsum(a * a for a in off_x)) * math.sqrt(math.fsum(b * b for b in off_y))
    if not scale or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    r = max(-1.0, min(1.0, math.fsum(a * b for a, b in zip(off_x, off_y, strict=True)) / scale))
    if abs(r) == 1.0:
        return Correlation(r, 0.0)
    return Correlation(r, student_p(r * math.sqrt((n - 2) / (1 - r * r)), n - 2))


def spearman(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """Pearson's of the ranks."""
    return pearson(ranks(x), ranks(y))


class RankSum(NamedTuple):
    """Mann and Whitney's U of the first group, the chance that one of it is larger than one of the second, and p."""

    u: float
    superiority: float
    p_value: float


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> RankSum | None:
    """By the normal approximation, corrected for ties and for continuity; None where all values are alike."""
    n, m = len(first), len(second)
    together = [*first, *second]
    if not n or not m or len(set(together)) == 1:
        return None
    u = math.fsum(ranks(together)[:n]) - n * (n + 1) / 2
    ties = sum(count**3 - count for count in Counter(together).values())
    variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return RankSum(u, u / (n * m), normal_p(z))
