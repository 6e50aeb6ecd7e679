"""Days that stand out by their sessions, failures or cost, among the days on which the team worked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

LEAST_DAYS = 7  # finished days with sessions, to know what is usual
LEAST_SHARE = 0.5  # of the usual: a difference that anybody would care about
MEASURES = {"session_count": ("sessions", 5.0), "failed_sessions": ("failed sessions", 3.0), "total_cost": ("USD", 0.5)}
OUTLYING = 3.5
NORMAL_MAD = 0.6745  # the median absolute deviation of a standard normal
NORMAL_MEAN_AD = 1.253314  # one over its mean absolute deviation: sqrt(pi / 2)

Number = float | int | None
Day = tuple[int, Mapping[str, Number]]  # its start, and its metrics


@dataclass(frozen=True)
class OutlyingDay:
    """A day's value that is far from the usual (the median), and by how many robust deviations."""

    day: int
    measure: str
    value: float
    usual: float
    score: float

    @property
    def unit(self) -> str:
        """What is counted."""
        return MEASURES[self.measure][0]


def outliers(days: Sequence[Day], *, since: int, today: int) -> list[OutlyingDay]:
    """The outlying days from `since` on, oldest first. Days are in order; those without sessions are no days of work.

    Today is not over: it is judged by the others, and only where it is already above them.
    """
    worked = [(day, numbers) for day, numbers in days if numbers["session_count"]]
    outlying = [outlier for measure in MEASURES for outlier in _of(measure, worked, since, today)]
    return sorted(outlying, key=lambda outlier: outlier.day)


def _of(measure: str, worked: Sequence[Day], since: int, today: int) -> list[OutlyingDay]:
    usual = sorted(float(numbers[measure] or 0) for day, numbers in worked if day < today)
    if len(usual) < LEAST_DAYS:
        return []
    middle = (usual[(len(usual) - 1) // 2] + usual[len(usual) // 2]) / 2
    least = max(MEASURES[measure][1], LEAST_SHARE * middle)
    judged = [(day, float(numbers[measure] or 0)) for day, numbers in worked if since <= day <= today]
    scores = robust_scores([value for _, value in judged], usual)
    return [
        OutlyingDay(day, measure, value, middle, score)
        for (day, value), score in zip(judged, scores, strict=True)
        if abs(score) > OUTLYING and abs(value - middle) >= least and (day < today or score > 0)
    ]


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
