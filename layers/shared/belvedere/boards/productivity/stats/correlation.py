"""Pearson's and Spearman's correlation, with p-values and confidence intervals, from scipy.

scipy is imported when something is to be correlated: one function has it, and every other one has this package.
"""

import math
from collections.abc import Sequence
from typing import Any

CONFIDENCE = 0.95
LEAST, LEAST_WITH_INTERVAL = 2, 4  # Fisher's transformation divides by n - 3
NOTHING: dict[str, Any] = {"r": None, "p_value": None, "confidence_interval": None}
METHODS = ("pearson", "spearman")


def tellable(x: Sequence[float], y: Sequence[float]) -> bool:
    """Can anything be said: two pairs or more, and neither side constant?"""
    return len(x) >= LEAST and len(set(x)) > 1 and len(set(y)) > 1


def correlations(x: Sequence[float], y: Sequence[float]) -> dict[str, dict[str, Any]]:
    """By method: `r`, two-sided `p_value`, and the 95 % `confidence_interval` [low, high]; null is not known.

    Pearson's interval is Fisher's, as scipy has it; Spearman's is Fisher's with the variance of D. G. Bonett and
    T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika
    65, 2000.
    Spearman's p-value is that of Student's t, as scipy has it: an approximation for few pairs, or with many ties.
    """
    if not tellable(x, y):
        return {method: dict(NOTHING) for method in METHODS}
    from scipy import stats

    linear, ranked = stats.pearsonr(x, y), stats.spearmanr(x, y)
    r, rank_r = float(linear.statistic), float(ranked.statistic)
    reach = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
    return {
        "pearson": _told(r, float(linear.pvalue), linear.confidence_interval(CONFIDENCE), len(x)),
        "spearman": _told(rank_r, float(ranked.pvalue), _bonett_wright(rank_r, len(x), reach), len(x)),
    }


def _bonett_wright(r: float, n: int, reach: float) -> tuple[float, float]:
    if n < LEAST_WITH_INTERVAL:
        return math.nan, math.nan
    if abs(r) >= 1:
        return r, r
    middle, half = math.atanh(r), reach * math.sqrt((1 + r * r / 2) / (n - 3))
    return math.tanh(middle - half), math.tanh(middle + half)


def _told(r: float, p: float, interval: Sequence[float], n: int) -> dict[str, Any]:
    """As JSON, which has no NaN."""
    r = max(-1.0, min(1.0, r))
    if not math.isfinite(r):
        return dict(NOTHING)
    known = n >= LEAST_WITH_INTERVAL and all(map(math.isfinite, interval))
    return {
        "r": r,
        "p_value": p if math.isfinite(p) else None,
        "confidence_interval": [max(-1.0, float(interval[0])), min(1.0, float(interval[1]))] if known else None,
    }
