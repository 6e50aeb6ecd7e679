"""Days that stand out by their sessions, failures or cost, among the days on which the team worked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from belvedere.boards.productivity.stats.robust import OUTLYING, robust_scores

LEAST_DAYS = 7  # finished days with sessions, to know what is usual
LEAST_SHARE = 0.5  # of the usual: a difference that anybody would care about
MEASURES = {"session_count": ("sessions", 5.0), "failed_sessions": ("failed sessions", 3.0), "total_cost": ("USD", 0.5)}

Number = float | int | None
Day = tuple[int, Mapping[str, Number]]  # its start, and its metrics


@dataclass(frozen=True)
class Outlier:
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


def outliers(days: Sequence[Day], *, since: int, today: int) -> list[Outlier]:
    """The outlying days from `since` on, oldest first. Days are in order; those without sessions are no days of work.

    Today is not over: it is judged by the others, and only where it is already above them.
    """
    worked = [(day, told) for day, told in days if told["session_count"]]
    outlying = [one for measure in MEASURES for one in _of(measure, worked, since, today)]
    return sorted(outlying, key=lambda one: one.day)


def _of(measure: str, worked: Sequence[Day], since: int, today: int) -> list[Outlier]:
    usual = sorted(float(told[measure] or 0) for day, told in worked if day < today)
    if len(usual) < LEAST_DAYS:
        return []
    middle = (usual[(len(usual) - 1) // 2] + usual[len(usual) // 2]) / 2
    least = max(MEASURES[measure][1], LEAST_SHARE * middle)
    judged = [(day, float(told[measure] or 0)) for day, told in worked if since <= day <= today]
    scores = robust_scores([value for _, value in judged], usual)
    return [
        Outlier(day, measure, value, middle, score)
        for (day, value), score in zip(judged, scores, strict=True)
        if abs(score) > OUTLYING and abs(value - middle) >= least and (day < today or score > 0)
    ]
