"""How far a student has come: one score of all concepts, how many are mastered, how fast, and what is in the way."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from belvedere.boards.learning.stats.mastery import Mastery

BRISK = 3.0  # concepts mastered a week that make a velocity of 1
WEEK = 7
BLOCKED_BELOW = 0.4
CERTAIN_BELOW = 0.3


class Velocity(NamedTuple):
    """Between 0 and 1, and as concepts mastered per active week."""

    score: float
    per_week: float


class Gap(NamedTuple):
    """A concept that goes badly, and its prerequisites that are not mastered (with their scores; None: never tried)."""

    concept: str
    score: float
    prerequisites: Mapping[str, float | None]


def overall_score(masteries: Sequence[Mastery]) -> float:
    """The plain mean over attempted concepts; 0 without any."""
    return sum(mastery.score for mastery in masteries) / len(masteries) if masteries else 0.0


def mastered(masteries: Sequence[Mastery], threshold: float) -> list[str]:
    """The concepts whose score is at least the threshold."""
    return [mastery.concept for mastery in masteries if mastery.score >= threshold]


def velocity(concepts_mastered: int, active_days: int) -> Velocity:
    """min(1, v / 3) of v = concepts mastered / max(active days / 7, 1)."""
    per_week = concepts_mastered / max(active_days / WEEK, 1.0)
    return Velocity(min(1.0, per_week / BRISK), per_week)


def gaps(masteries: Sequence[Mastery], needed: Mapping[str, Sequence[str]], threshold: float) -> list[Gap]:
    """Concepts below 0.4 with a prerequisite that is not mastered, or below 0.3 whatever they need; the worst first.

    `needed` gives each concept's prerequisites. One that was never tried is not mastered.
    """
    scores = {mastery.concept: mastery.score for mastery in masteries}
    listed = []
    for mastery in masteries:
        weak = {name: scores.get(name) for name in needed.get(mastery.concept, ()) if scores.get(name, 0.0) < threshold}
        if mastery.score < CERTAIN_BELOW or (mastery.score < BLOCKED_BELOW and weak):
            listed.append(Gap(mastery.concept, mastery.score, weak))
    return sorted(listed, key=lambda gap: (gap.score, gap.concept))
