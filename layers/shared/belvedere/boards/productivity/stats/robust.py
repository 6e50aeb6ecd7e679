"""Which values of a series stand out, by the median and deviations from it, which one outlier does not move."""

from collections.abc import Sequence
from statistics import fmean, median

OUTLYING = 3.5
NORMAL_MAD = 0.6745  # the median absolute deviation of a standard normal
NORMAL_MEAN_AD = 1.253314  # one over its mean absolute deviation: sqrt(pi / 2)


def robust_scores(values: Sequence[float], usual: Sequence[float]) -> list[float]:
    """Modified z-scores of values against usual ones: 0.6745 (x - median) / MAD; beyond 3.5 they are outlying.

    B. Iglewicz, D. C. Hoaglin, *How to Detect and Handle Outliers*, 1993. Where more than half of the usual values are
    the same (MAD is 0), the mean absolute deviation stands in; without any deviation every score is 0.
    """
    if not usual:
        return [0.0] * len(values)
    middle = median(usual)
    off = [abs(value - middle) for value in usual]
    if mad := median(off):
        return [NORMAL_MAD * (value - middle) / mad for value in values]
    if mean_off := fmean(off):
        return [(value - middle) / (NORMAL_MEAN_AD * mean_off) for value in values]
    return [0.0] * len(values)
