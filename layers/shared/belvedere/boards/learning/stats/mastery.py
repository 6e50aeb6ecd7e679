"""How well a student has mastered each concept: a success rate of recent work, with what is not known about it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from belvedere.boards.learning.stats.wilson import wilson
from belvedere.boards.learning.students import StudentDay
from belvedere.boards.learning.tally import Tally, by_name
from belvedere.clock import DAY_MS

DAILY_WEIGHT = 0.95
NOTHING = (0.0, 0.0)


class Mastery(NamedTuple):
    """One concept: the score and its 95 % interval (which always holds it), and the evidence as it was counted."""

    concept: str
    score: float
    low: float
    high: float
    evidence: Tally


def masteries(days: Iterable[StudentDay], today: int) -> list[Mastery]:
    """Every concept with an attempt, by name. `today` is the start of the day at which evidence has its full weight.

    An attempt a whole days old weighs 0.95^a. The weighted counts are as good as so many fresh attempts: score and
    interval are Wilson's centre and ends for them. Later days than `today` weigh as much as today.
    """
    listed = list(days)
    plain = by_name(pair for day in listed for pair in day.concepts.items())
    weighted: dict[str, tuple[float, float]] = defaultdict(lambda: NOTHING)
    for day in listed:
        weight = DAILY_WEIGHT ** max(0, (today - day.day) // DAY_MS)
        for concept, tally in day.concepts.items():
            successes, attempts = weighted[concept]
            weighted[concept] = (successes + weight * tally.successes, attempts + weight * tally.attempts)
    return [Mastery(concept, *wilson(*weighted[concept]), plain[concept]) for concept in sorted(plain)]
