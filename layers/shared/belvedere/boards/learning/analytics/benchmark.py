"""Students against everybody."""

import asyncio
import math
from typing import Any

from belvedere.boards.learning.analytics.groups import Group
from belvedere.boards.learning.analytics.per_student import deviation_of, mean_of, measures, values_of
from belvedere.boards.learning.analytics.requests import AnalyticsComparativeBody
from belvedere.boards.learning.students import student_totals
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange, before

STABLE = 0.05  # a change by less than 5 % is none

Json = dict[str, Any]


async def benchmark(body: AnalyticsComparativeBody, reader: Reader, time_range: TimeRange) -> Json:
    """Each student against all: percentile (share below, equals half), z, and the change since the period before."""
    students = list(dict.fromkeys(body.entities))
    everybody, earlier = await asyncio.gather(
        student_totals(reader, time_range), student_totals(reader, before(time_range), students)
    )
    metrics = list(dict.fromkeys(body.metrics))
    return {
        "students": len(everybody),
        "benchmarks": [
            {
                "student_id": student,
                "metrics": {name: _standing(student, name, everybody, earlier) for name in metrics},
            }
            for student in students
        ],
    }  # fmt: skip


def _standing(student: str, metric: str, everybody: Group, earlier: Group) -> Json | None:
    """None for someone who did nothing in the range."""
    own = measures(everybody[student])[metric] if student in everybody else None
    if own is None:
        return None
    values = values_of(everybody, metric)
    mean, deviation = mean_of(values), deviation_of(values)
    was = measures(earlier[student])[metric] if student in earlier else None
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
