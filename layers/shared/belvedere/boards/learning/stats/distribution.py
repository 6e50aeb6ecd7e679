"""How a class does: percentiles of its students' success rates, who does best, and who needs help."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from belvedere.boards.learning.stats.wilson import wilson
from belvedere.boards.learning.tally import Tally

PERCENTILES = (25, 50, 75, 90)
TOP = 10
SUCCESS_WEIGHT, ENGAGEMENT_WEIGHT = 0.6, 0.4
BUCKETS = (("excellent", 0.85), ("good", 0.75), ("average", 0.65), ("needs_help", 0.5), ("at_risk", 0.0))


class Performer(NamedTuple):
    """A student of a ranking."""

    user: str
    tally: Tally
    lower_bound: float


def percentile(values: Sequence[float], p: float) -> float:
    """Linear interpolation at position p/100 * (n - 1) of the sorted values. Raises ValueError without values."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    position = p / 100 * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """`25th`, `50th`, `75th` and `90th`; empty without values."""
    return {f"{p}th": percentile(values, p) for p in PERCENTILES} if values else {}


def rates(totals: Mapping[str, Tally]) -> list[float]:
    """The success rate of every student who attempted anything."""
    return [tally.successes / tally.attempts for tally in totals.values() if tally.attempts]


def top_performers(totals: Mapping[str, Tally], most: int = TOP) -> list[Performer]:
    """The best by the lower end of Wilson's interval, so that one lucky answer is not the best of all.

    Ties go to who attempted more, then to the smaller id.
    """
    ranked = [
        Performer(user, tally, wilson(tally.successes, tally.attempts).low)
        for user, tally in totals.items()
        if tally.attempts
    ]
    return sorted(ranked, key=lambda student: (-student.lower_bound, -student.tally.attempts, student.user))[:most]


def outcome(success_rate: float, engagement: float) -> float:
    """0.6 * success rate + 0.4 * engagement."""
    return SUCCESS_WEIGHT * success_rate + ENGAGEMENT_WEIGHT * engagement


def bucket(score: float) -> str:
    """`excellent` from .85, `good` from .75, `average` from .65, `needs_help` from .5, else `at_risk`."""
    return next((name for name, least in BUCKETS if score >= least), BUCKETS[-1][0])


def bucket_counts(scores: Iterable[float]) -> dict[str, int]:
    """How many scores are in each bucket; every bucket is there."""
    counts = dict.fromkeys((name for name, _ in BUCKETS), 0)
    for score in scores:
        counts[bucket(score)] += 1
    return counts
