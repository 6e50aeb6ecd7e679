"""How large a difference between two groups is, what it can be, and how likely it is by chance alone."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from belvedere.boards.learning.stats.tails import normal_p, student_p, student_point
from belvedere.boards.learning.stats.wilson import Z95, wilson
from belvedere.boards.learning.tally import Tally

COHENS_D = "cohens_d"
PROPORTIONS = "difference_of_proportions"


class EffectSize(NamedTuple):
    """An effect's name, its value, the 95 % interval of `difference`, and the two-sided p-value; None: not known.

    `difference` is first minus second: of the means, or of the proportions.
    """

    measure: str
    value: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None


def of_means(first: Sequence[float], second: Sequence[float]) -> EffectSize:
    """Cohen's d with the pooled deviation; interval and p-value by Welch's t.

    Takes two values on each side; with fewer, or without any spread, only the difference is told.
    """
    if not first or not second:
        return EffectSize(COHENS_D, None, None, None, None, None)
    difference = _mean(first) - _mean(second)
    if min(len(first), len(second)) < 2:
        return EffectSize(COHENS_D, None, difference, None, None, None)
    a, b = _variance(first), _variance(second)
    error = a / len(first) + b / len(second)
    if error <= 0.0:
        return EffectSize(COHENS_D, None, difference, None, None, None)
    pooled = ((len(first) - 1) * a + (len(second) - 1) * b) / (len(first) + len(second) - 2)
    df = error**2 / ((a / len(first)) ** 2 / (len(first) - 1) + (b / len(second)) ** 2 / (len(second) - 1))
    reach = student_point(df) * math.sqrt(error)
    p_value = student_p(difference / math.sqrt(error), df)
    value = difference / math.sqrt(pooled)
    return EffectSize(COHENS_D, value, difference, difference - reach, difference + reach, p_value)


def of_proportions(first: Tally, second: Tally) -> EffectSize:
    """The difference of two success rates; interval by Newcombe's method 10, p-value by the pooled z test.

    Where every attempt of both ended alike, there is no doubt to weigh: the p-value is 1.
    """
    first_rate, second_rate = first.success_rate, second.success_rate
    if first_rate is None or second_rate is None:
        return EffectSize(PROPORTIONS, None, None, None, None, None)
    a, b = wilson(first.successes, first.attempts, Z95), wilson(second.successes, second.attempts, Z95)
    difference = first_rate - second_rate
    low = difference - math.hypot(first_rate - a.low, b.high - second_rate)
    high = difference + math.hypot(a.high - first_rate, second_rate - b.low)
    pooled = (first.successes + second.successes) / (first.attempts + second.attempts)
    error = math.sqrt(pooled * (1 - pooled) * (1 / first.attempts + 1 / second.attempts))
    p_value = normal_p(difference / error) if error else 1.0
    return EffectSize(PROPORTIONS, difference, difference, low, high, p_value)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    """The sample variance."""
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
