"""What students are compared by: one number a student, so a busy student counts once."""

import math
from collections.abc import Iterable, Sequence

from belvedere.boards.learning.analytics.groups import Group
from belvedere.boards.learning.analytics.requests import PER_STUDENT, whole_days
from belvedere.boards.learning.requests import TimeRangeBody
from belvedere.boards.learning.tally import Tally
from belvedere.errors import Invalid
from belvedere.time_ranges import TimeRange


def students_range(metrics: Iterable[str], requested: TimeRangeBody, now: int) -> TimeRange:
    """An asked range in whole days, or up to a day hours, for metrics that are told by student. Raises Invalid."""
    told_by_student(metrics)
    return whole_days(requested, now)


def told_by_student(metrics: Iterable[str]) -> None:
    """Raises Invalid naming a metric that is not told by student."""
    for name in metrics:
        if name not in PER_STUDENT:
            raise Invalid(f"metrics: {name!r} is not told by student; one of {', '.join(PER_STUDENT)}")


def measures(tally: Tally) -> dict[str, float | None]:
    """PER_STUDENT of a student's tally."""
    return dict(zip(PER_STUDENT, (tally.success_rate, float(tally.attempts), tally.avg_ms), strict=True))


def values_of(own: Group, metric: str) -> list[float]:
    """A metric of all students of a group who have it, by their ids."""
    return [value for _, tally in sorted(own.items()) if (value := measures(tally)[metric]) is not None]


def mean_of(values: Sequence[float]) -> float | None:
    """None of nothing."""
    return math.fsum(values) / len(values) if values else None


def deviation_of(values: Sequence[float]) -> float:
    """The standard deviation of a sample; 0 of fewer than two."""
    if len(values) < 2:
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
