"""Two proportions beside each other: how far apart they are, and how likely that is by chance alone."""

import math

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
