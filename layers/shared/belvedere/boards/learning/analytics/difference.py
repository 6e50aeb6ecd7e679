"""The difference of two groups in one number a student: its test, its size, and whether it matters."""

from collections.abc import Sequence
from typing import Any

from belvedere.boards.learning.analytics.per_student import mean_of
from belvedere.boards.learning.analytics.requests import AnalyticsComparativeBody
from belvedere.boards.learning.stats.effect import of_means
from belvedere.boards.learning.stats.ranks import mann_whitney

ALPHA = 0.05
LARGE = 30  # students on each side from which a mean is near enough to normal
NOTICEABLE_D, NOTICEABLE = 0.2, 0.05

Json = dict[str, Any]


def compare_groups(first: Sequence[float], second: Sequence[float], body: AnalyticsComparativeBody) -> Json:
    """Means and their difference; a test and an effect size as asked.

    Welch's t where both groups have 30 students or more, Mann and Whitney's rank sum where not: small groups of rates
    are rarely normal, and too small for a test to tell. Practical: |d| >= 0.2 and a difference of 5 % or more.
    """
    effect = of_means(first, second)
    base = mean_of(second)
    relative = effect.difference / base if effect.difference is not None and base else None
    response: Json = {"n": [len(first), len(second)], "difference": effect.difference, "relative_difference": relative}
    if body.include_effect_sizes:
        noticed = effect.value is not None and abs(effect.value) >= NOTICEABLE_D
        response["cohens_d"] = effect.value
        response["confidence_interval"] = None if effect.low is None else [effect.low, effect.high]
        response["practically_significant"] = noticed and relative is not None and abs(relative) >= NOTICEABLE
    if body.include_statistical_tests:
        response["test"] = _test(first, second, effect.p_value)
    return response


def _test(first: Sequence[float], second: Sequence[float], welch: float | None) -> Json:
    ranked = mann_whitney(first, second)
    if min(len(first), len(second)) >= LARGE and welch is not None:
        return {"name": "welch_t", "p_value": welch, "significant": welch < ALPHA}
    if ranked is None:
        return {"name": None, "p_value": None, "significant": None, "reason": "no students, or all alike"}
    return {
        "name": "mann_whitney", "u": ranked.u, "superiority": ranked.superiority, "p_value": ranked.p_value,
        "significant": ranked.p_value < ALPHA,
    }  # fmt: skip
