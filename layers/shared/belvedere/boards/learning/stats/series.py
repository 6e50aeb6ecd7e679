"""Numbers in order of time: their straight line with its doubt, how they repeat, and what stands out."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from belvedere.boards.learning.stats.distribution import percentile
from belvedere.boards.learning.stats.tails import student_p, student_point

Bucket = TypeVar("Bucket", bound=Hashable)


class Line(NamedTuple):
    """A least squares line: slope per step with its 95 % interval and p-value, intercept, and how much it explains."""

    slope: float
    intercept: float
    low: float
    high: float
    p_value: float
    r_squared: float
    n: int
    mean_x: float
    spread_x: float
    deviation: float

    def ahead(self, x: float) -> tuple[float, float, float]:
        """The value at x, and the 95 % interval in which a new one lies (Student's t, n - 2 degrees of freedom)."""
        value = self.intercept + self.slope * x
        reach = self.deviation * math.sqrt(1 + 1 / self.n + (x - self.mean_x) ** 2 / self.spread_x)
        reach *= student_point(self.n - 2)
        return value, value - reach, value + reach


def line(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The line through at least three points with different x; None for fewer."""
    n = len(x)
    mean_x, mean_y = (math.fsum(values) / n if n else 0.0 for values in (x, y))
    spread = math.fsum((a - mean_x) ** 2 for a in x)
    if n < 3 or not spread:
        return None
    slope = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    left = math.fsum((b - intercept - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    whole = math.fsum((b - mean_y) ** 2 for b in y)
    deviation = math.sqrt(left / (n - 2))
    error = deviation / math.sqrt(spread)
    certain = 0.0 if slope else 1.0
    p_value = student_p(slope / error, n - 2) if error else certain
    reach = student_point(n - 2) * error
    explained = 1 - left / whole if whole else 0.0
    return Line(slope, intercept, slope - reach, slope + reach, p_value, explained, n, mean_x, spread, deviation)


def autocorrelation(values: Sequence[float], lags: int) -> list[float]:
    """r_1, r_2, ... (Box and Jenkins): the covariance at each lag over the variance; empty without variance.

    Beyond +-1.96 / sqrt(n) a value is unlikely of a series without memory.
    """
    n = len(values)
    mean = math.fsum(values) / n if n else 0.0
    off = [value - mean for value in values]
    whole = math.fsum(deviation * deviation for deviation in off)
    if whole <= 0:
        return []
    return [
        math.fsum(a * b for a, b in zip(off, off[lag:], strict=False)) / whole for lag in range(1, min(lags, n - 1) + 1)
    ]


def means_by(buckets: Sequence[Bucket], values: Sequence[float]) -> Mapping[Bucket, float]:
    """The mean of the values of each bucket, in the order of the buckets' first values."""
    sums: dict[Bucket, list[float]] = {}
    for bucket, value in zip(buckets, values, strict=True):
        sums.setdefault(bucket, []).append(value)
    return {bucket: math.fsum(own) / len(own) for bucket, own in sums.items()}


def active(values: Sequence[float]) -> list[int]:
    """The positions of the values that can be compared: all; or, where most are zero, those that are not.

    Of a year with a busy week the quartiles are zero, and every day of that week would be beyond them.
    """
    there = [position for position, value in enumerate(values) if value]
    return there if 2 * len(there) < len(values) else list(range(len(values)))


class Outlier(NamedTuple):
    """A value that stands out: its position, its z, and which rule found it."""

    position: int
    z: float
    by_iqr: bool
    by_z: bool


def outliers(values: Sequence[float], *, iqr_factor: float = 1.5, z_threshold: float = 3.0) -> list[Outlier]:
    """Values beyond Tukey's fences (quartiles -+ factor * IQR), or further than z sample deviations from the mean."""
    n = len(values)
    if n < 2:
        return []
    mean = math.fsum(values) / n
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    low, high = percentile(values, 25), percentile(values, 75)
    reach = iqr_factor * (high - low)
    outlying = []
    for position, value in enumerate(values):
        z = (value - mean) / deviation if deviation else 0.0
        beyond = value < low - reach or value > high + reach
        if beyond or abs(z) > z_threshold:
            outlying.append(Outlier(position, z, beyond, abs(z) > z_threshold))
    return outlying
