"""Progress: one score, how many concepts, how fast, and what is in the way."""

import pytest

from belvedere.boards.learning.stats.mastery import Mastery
from belvedere.boards.learning.stats.progress import Gap, gaps, mastered, overall_score, velocity
from belvedere.boards.learning.tally import Tally


def scored(**scores: float) -> list[Mastery]:
    return [Mastery(concept, score, 0.0, 1.0, Tally(1, 1)) for concept, score in scores.items()]


def test_the_overall_score_is_the_plain_mean_of_attempted_concepts() -> None:
    assert overall_score(scored(a=0.9, b=0.6, c=0.3)) == pytest.approx(0.6)
    assert overall_score([]) == 0.0


def test_a_concept_is_mastered_at_the_threshold() -> None:
    assert mastered(scored(a=0.7, b=0.699), 0.7) == ["a"]
    assert mastered(scored(a=0.7, b=0.699), 0.5) == ["a", "b"]


@pytest.mark.parametrize(
    ("concepts", "days", "score", "per_week"),
    [(0, 0, 0.0, 0.0), (2, 3, 2 / 3, 2.0), (3, 7, 1.0, 3.0), (3, 14, 0.5, 1.5), (9, 7, 1.0, 9.0)],
)
def test_velocity_is_mastered_concepts_per_active_week_of_three(
    concepts: int, days: int, score: float, per_week: float
) -> None:
    assert velocity(concepts, days) == pytest.approx((score, per_week))


def test_a_gap_is_a_bad_concept_with_a_prerequisite_not_mastered_or_a_very_bad_one() -> None:
    found = scored(forces=0.35, energy=0.35, momentum=0.2, velocity=0.6, units=0.9)
    needed = {"forces": ["velocity", "units"], "energy": ["units"], "velocity": ["calculus"]}
    assert gaps(found, needed, 0.7) == [Gap("momentum", 0.2, {}), Gap("forces", 0.35, {"velocity": 0.6})]


def test_a_prerequisite_that_was_never_tried_is_not_mastered() -> None:
    assert gaps(scored(forces=0.35), {"forces": ["vectors"]}, 0.7) == [Gap("forces", 0.35, {"vectors": None})]
