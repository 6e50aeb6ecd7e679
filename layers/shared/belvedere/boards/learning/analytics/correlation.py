"""What goes together across students."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from belvedere.boards.learning.analytics.per_student import measures, students_range
from belvedere.boards.learning.analytics.requests import PER_STUDENT, StatisticalBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.ranks import LEAST, Correlation, pearson, spearman
from belvedere.boards.learning.students import student_totals
from belvedere.errors import Invalid
from belvedere.storage.tables import Tables

Json = dict[str, Any]


async def correlation(body: StatisticalBody, tables: Tables, now: int) -> Json:
    """Across students, every pair of metrics: Pearson's and Spearman's coefficients with their p-values."""
    if len(set(body.metrics)) < 2:
        raise Invalid(f"metrics: a correlation takes two or more of {', '.join(PER_STUDENT)}")
    totals = await student_totals(reader_of(tables), students_range(body.metrics, body.time_range, now))
    pairs = []
    for first, second in combinations(dict.fromkeys(body.metrics), 2):
        measured = [(measures(t)[first], measures(t)[second]) for _, t in sorted(totals.items())]
        both = [(a, b) for a, b in measured if a is not None and b is not None]
        pairs.append(_pair(first, second, [a for a, _ in both], [b for _, b in both]))
    return {"subject": "students", "students": len(totals), "correlations": pairs}


def _pair(first: str, second: str, x: Sequence[float], y: Sequence[float]) -> Json:
    linear, other = pearson(x, y), spearman(x, y)
    result = {"metrics": [first, second], "n": len(x), "pearson": _told(linear), "spearman": _told(other)}
    if linear is None:
        few = f"fewer than {LEAST} students"
        result["reason"] = few if len(x) < LEAST else "one of the two is the same for everybody"
    return result


def _told(result: Correlation | None) -> Json | None:
    return result._asdict() if result else None
