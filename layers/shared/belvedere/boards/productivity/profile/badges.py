"""Badges: what somebody has achieved with assistants, and on which day they first had. Pure; from rows of days."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.clock import DAY_MS

WEEK_MS = 7 * DAY_MS
NUMBERS = ("sessions", "tracked", "accepted", "lines", "tokens")


@dataclass(frozen=True)
class Day:
    """One UTC day with sessions (`day` is its start, epoch ms)."""

    day: int
    sessions: int = 0
    tracked: int = 0
    accepted: int = 0
    lines: int = 0  # accepted ones
    tokens: int = 0  # of accepted sessions
    models: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


Days = Sequence[Day]
BadgeRule = Callable[[Days], int | None]


@dataclass(frozen=True)
class Badge:
    """`reached` says on which day (epoch ms) it was first earned, of days in order; None if never."""

    id: str
    name: str
    description: str
    reached: BadgeRule


def totalling(field: str, least: int) -> BadgeRule:
    """Up to that day, so many altogether."""

    def reached(days: Days) -> int | None:
        total = 0
        for day in days:
            total += getattr(day, field)
            if total >= least:
                return day.day
        return None

    return reached


def different(field: str, least: int) -> BadgeRule:
    """Up to that day, so many different ones."""

    def reached(days: Days) -> int | None:
        seen: set[str] = set()
        for day in days:
            seen |= getattr(day, field)
            if len(seen) >= least:
                return day.day
        return None

    return reached


def in_a_row(least: int) -> BadgeRule:
    """So many days one after the other."""

    def reached(days: Days) -> int | None:
        run, before = 0, None
        for day in days:
            run = run + 1 if before == day.day - DAY_MS else 1
            before = day.day
            if run >= least:
                return day.day
        return None

    return reached


def in_a_week(holds: Callable[[Day], bool]) -> BadgeRule:
    """Something holds for the seven days that end with that day, taken together."""
    return lambda days: next((week.day for week in weeks(days) if holds(week)), None)


def weeks(days: Days) -> Iterator[Day]:
    """For every day, the numbers of the seven days that end with it."""
    held: deque[Day] = deque()
    for day in days:
        held.append(day)
        while held[0].day <= day.day - WEEK_MS:
            held.popleft()
        numbers: dict[str, Any] = {name: sum(getattr(each, name) for each in held) for name in NUMBERS}
        yield Day(day.day, **numbers)


BADGES = (
    Badge("first-steps", "First Steps", "The first session with an assistant", totalling("sessions", 1)),
    Badge("century", "Century", "100 sessions", totalling("sessions", 100)),
    Badge("speed-demon", "Speed Demon", "50 sessions within seven days", in_a_week(lambda week: week.sessions >= 50)),
    Badge("on-a-roll", "On a Roll", "Sessions on five days in a row", in_a_row(5)),
    Badge("thousand-lines", "Thousand Lines", "1,000 accepted lines", totalling("lines", 1_000)),
    Badge("on-target", "On Target", "Half of the suggestions of seven days accepted, of 20 or more",
          in_a_week(lambda week: week.tracked >= 20 and 2 * week.accepted >= week.tracked)),
    Badge("cost-optimizer", "Cost Optimizer", "Within seven days, 100 accepted lines for fewer than 50 tokens each",
          in_a_week(lambda week: week.lines >= 100 and week.tokens < 50 * week.lines)),
    Badge("polyglot", "Polyglot", "Sessions in three programming languages", different("languages", 3)),
    Badge("model-explorer", "Model Explorer", "Sessions with three models", different("models", 3)),
)  # fmt: skip
