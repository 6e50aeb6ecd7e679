"""Groups against each other: cohorts, this period and the one before, two variants, and students against everybody.

What is compared is one number a student, so a busy student counts once.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from belvedere.boards.learning.analytics.groups import Group, class_groups
from belvedere.boards.learning.analytics.requests import PER_STUDENT, AnalyticsComparativeBody, whole_days
from belvedere.boards.learning.analytics.statistical import measures
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.effect import of_means
from belvedere.boards.learning.stats.ranks import mann_whitney
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.errors import Invalid
from belvedere.query.ranges import TimeRange
from belvedere.query.read import Reader
from belvedere.storage.tables import Tables

ALPHA = 0.05
LARGE = 30  # students on each side from which a mean is near enough to normal
NOTICEABLE_D, NOTICEABLE = 0.2, 0.05
STABLE = 0.05  # a change by less than 5 % is none
BANDED = "success_rate"
BANDS = (("high", 0.8), ("middle", 0.5), ("low", 0.0))

Told = dict[str, Any]


async def comparison(body: AnalyticsComparativeBody, mine: Tables, now: int) -> Told:
    """The analysis asked for. Raises Invalid naming a wrong field."""
    part = range_of(body, now)
    reader = reader_of(mine)
    told: Told = {
        "analysis_type": body.analysis_type, "entities": body.entities, "metrics": list(dict.fromkeys(body.metrics)),
        "time_range": part.to_json(),
    }  # fmt: skip
    if body.analysis_type == "benchmark":
        return told | await _benchmark(body, reader, part)
    groups = await _groups(body, mine, reader, part)
    return told | {
        "groups": [_group(body, name, own) for name, own in groups.items()],
        "comparisons": [one for pair in combinations(groups, 2) for one in _compared(body, groups, *pair)],
    }


def range_of(body: AnalyticsComparativeBody, now: int) -> TimeRange:
    """The asked range in whole days, and the body checked. Raises Invalid."""
    for name in body.metrics:
        if name not in PER_STUDENT:
            raise Invalid(f"metrics: {name!r} is not told by student; one of {', '.join(PER_STUDENT)}")
    if body.analysis_type == "ab_test" and len(set(body.entities)) != 2:
        raise Invalid("entities: an ab_test takes the ids of two different classes")
    if body.analysis_type == "benchmark" and not body.entities:
        raise Invalid("entities: a benchmark takes the ids of the students that are measured against all")
    return whole_days(body.time_range, now)


async def _groups(body: AnalyticsComparativeBody, mine: Tables, reader: Reader, part: TimeRange) -> dict[str, Group]:
    """Classes by their ids; students by the band of their success rate; or this period and the one before."""
    if body.analysis_type == "temporal":
        only = body.entities or None
        before, lately = await asyncio.gather(
            student_totals(reader, period_before(part), only), student_totals(reader, part, only)
        )
        return {"current": lately, "previous": before}
    if body.entities:
        return await class_groups(mine, reader, part, tuple(dict.fromkeys(body.entities)))
    totals = await student_totals(reader, part)
    return {name: {s: t for s, t in totals.items() if _band(t) == name} for name, _ in BANDS}


def period_before(part: TimeRange) -> TimeRange:
    """As long, right before; Raises Invalid where there is no such time."""
    start = part.start - (part.end - part.start)
    if start < 0:
        raise Invalid("time_range: there is no period of this length before it")
    return TimeRange(start, part.start)


def _band(tally: Tally) -> str:
    rate = tally.success_rate or 0.0
    return next(name for name, least in BANDS if rate >= least)


def _group(body: AnalyticsComparativeBody, name: str, own: Group) -> Told:
    means = {metric: _mean(_values(own, metric)) for metric in dict.fromkeys(body.metrics)}
    return {"name": name, "students": len(own), "interactions": sum(t.attempts for t in own.values()), "means": means}


def _compared(body: AnalyticsComparativeBody, groups: Mapping[str, Group], one: str, other: str) -> Iterator[Told]:
    """Each metric of two groups, first minus second; but not that by which the groups were made."""
    banded = BANDED if body.analysis_type == "cohort" and not body.entities else None
    for metric in dict.fromkeys(body.metrics):
        if metric == banded:
            continue
        first, second = _values(groups[one], metric), _values(groups[other], metric)
        yield {"metric": metric, "first": one, "second": other, **compared(first, second, body)}


def compared(first: Sequence[float], second: Sequence[float], body: AnalyticsComparativeBody) -> Told:
    """Means and their difference; a test and an effect size as asked.

    Welch's t where both groups have 30 students or more, Mann and Whitney's rank sum where not: small groups of rates
    are rarely normal, and too small for a test to tell. Practical: |d| >= 0.2 and a difference of 5 % or more.
    """
    effect = of_means(first, second)
    base = _mean(second)
    relative = effect.difference / base if effect.difference is not None and base else None
    told: Told = {"n": [len(first), len(second)], "difference": effect.difference, "relative_difference": relative}
    if body.include_effect_sizes:
        noticed = effect.value is not None and abs(effect.value) >= NOTICEABLE_D
        told["cohens_d"] = effect.value
        told["confidence_interval"] = None if effect.low is None else [effect.low, effect.high]
        told["practically_significant"] = noticed and relative is not None and abs(relative) >= NOTICEABLE
    if body.include_statistical_tests:
        told["test"] = _test(first, second, effect.p_value)
    return told


def _test(first: Sequence[float], second: Sequence[float], welch: float | None) -> Told:
    ranked = mann_whitney(first, second)
    if min(len(first), len(second)) >= LARGE and welch is not None:
        return {"name": "welch_t", "p_value": welch, "significant": welch < ALPHA}
    if ranked is None:
        return {"name": None, "p_value": None, "significant": None, "reason": "no students, or all alike"}
    return {
        "name": "mann_whitney", "u": ranked.u, "superiority": ranked.superiority, "p_value": ranked.p_value,
        "significant": ranked.p_value < ALPHA,
    }  # fmt: skip


async def _benchmark(body: AnalyticsComparativeBody, reader: Reader, part: TimeRange) -> Told:
    """Each student against all: percentile (share below, equals half), z, and the change since the period before."""
    students = list(dict.fromkeys(body.entities))
    everybody, before = await asyncio.gather(
        student_totals(reader, part), student_totals(reader, period_before(part), students)
    )
    metrics = list(dict.fromkeys(body.metrics))
    return {
        "students": len(everybody),
        "benchmarks": [
            {
                "student_id": student,
                "metrics": {name: _standing(student, name, everybody, before) for name in metrics},
            }
            for student in students
        ],
    }  # fmt: skip


def _standing(student: str, metric: str, everybody: Group, before: Group) -> Told | None:
    """None for someone who did nothing in the range."""
    own = measures(everybody[student])[metric] if student in everybody else None
    if own is None:
        return None
    values = _values(everybody, metric)
    mean, deviation = _mean(values), _deviation(values)
    was = measures(before[student])[metric] if student in before else None
    return {
        "value": own,
        "mean": mean,
        "percentile": 100 * math.fsum((v < own) + 0.5 * (v == own) for v in values) / len(values),
        "z": (own - mean) / deviation if mean is not None and deviation else None,
        "before": was,
        "trend": _trend(own, was),
    }


def _trend(now: float, before: float | None) -> str | None:
    if not before:
        return None
    change = (now - before) / before
    return "stable" if abs(change) < STABLE else "improving" if change > 0 else "declining"


def _values(own: Group, metric: str) -> list[float]:
    return [value for _, tally in sorted(own.items()) if (value := measures(tally)[metric]) is not None]


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _deviation(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
