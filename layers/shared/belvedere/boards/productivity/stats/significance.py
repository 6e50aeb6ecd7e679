"""How far two proportions are apart, how likely that is by chance alone, and p-values of several tests at once."""

import math
from collections.abc import Mapping

METHOD = "benjamini-hochberg"  # of `adjusted`
EFFECTS = ((0.8, "large"), (0.5, "medium"), (0.2, "small"), (0.0, "negligible"))


def cohens_h(p: float, q: float) -> float:
    """The difference of two proportions on the arcsine scale: J. Cohen, *Statistical Power Analysis*, 1988, ch. 6."""
    return 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))


def effect_of(h: float) -> str:
    """What Cohen calls an h of that size: .2 is small, .5 medium, .8 large."""
    return next(name for least, name in EFFECTS if abs(h) >= least)


def difference_p(successes: int, trials: int, others: int, other_trials: int) -> float:
    """The two-sided p-value of the z test with the pooled proportion; 1 where all trials of both ended alike."""
    pooled = (successes + others) / (trials + other_trials)
    error = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / other_trials))
    if not error:
        return 1.0
    return math.erfc(abs(successes / trials - others / other_trials) / error / math.sqrt(2))


def adjusted(p_values: Mapping[str, float]) -> dict[str, float]:
    """Benjamini and Hochberg's step-up values by name: the least p * m / rank of those at least as large, at most 1.

    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995. Rejecting what is below q keeps
    the expected share of false rejections at q. From the largest p down, each takes the minimum so far, so that the
    order of the p-values is that of the adjusted ones.
    """
    by_name: dict[str, float] = {}
    least, rank = 1.0, len(p_values)
    for name in sorted(p_values, key=lambda test: (-p_values[test], test)):
        least = min(least, p_values[name] * len(p_values) / rank)
        by_name[name], rank = least, rank - 1
    return by_name
