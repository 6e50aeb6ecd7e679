"""How engaged a student is: how long and dense the sessions are, how well they go, and on how many days."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from belvedere.boards.learning.students import StudentDay

LONG_ENOUGH_H = 0.5
MANY_ENOUGH = 10
DAYS_ENOUGH = 7
SESSION_AT_LEAST = 2
WINDOW_DAYS = 30


class Engagement(NamedTuple):
    """The score, between 0 and 1, and its four equal parts."""

    score: float
    session_length: float
    session_size: float
    session_success: float
    active_days: float


def engagement(days: Iterable[StudentDay]) -> Engagement:
    """The mean of four parts, each between 0 and 1.

    min(mean session hours / 0.5, 1), min(mean interactions a session / 10, 1), the mean success rate of a session, and
    min(active days / 7, 1). A session is a day with two interactions or more; without one, its three parts are 0.
    """
    active = [day for day in days if day.total.attempts]
    sessions = [day for day in active if day.total.attempts >= SESSION_AT_LEAST]
    parts = (
        min(_mean([session_hours(day) for day in sessions]) / LONG_ENOUGH_H, 1.0),
        min(_mean([float(day.total.attempts) for day in sessions]) / MANY_ENOUGH, 1.0),
        _mean([day.total.success_rate or 0.0 for day in sessions]),
        min(len(active) / DAYS_ENOUGH, 1.0),
    )
    return Engagement(_mean(parts), *parts)


def session_hours(day: StudentDay) -> float:
    """From a day's first interaction to its last, as expected of what its hours tell.

    Of n moments spread evenly over an hour, the first is expected after 1 / (n + 1) of it, the last after n / (n + 1):
    the means of uniform order statistics.
    """
    hours = sorted(hour for hour, tally in day.hours.items() if tally.attempts)
    first, last = hours[0], hours[-1]
    began = first + 1 / (day.hours[first].attempts + 1)
    ended = last + day.hours[last].attempts / (day.hours[last].attempts + 1)
    return ended - began


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
