"""Students in groups, by how well and how much they work."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.boards.learning.analytics.per_student import students_range
from belvedere.boards.learning.analytics.requests import StatisticalBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.clusters import kmeans, standardized
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.storage.tables import Tables

NAMED = (("high_achievers", 0.8), ("steady", 0.6), ("developing", 0.5), ("at_risk", 0.0))
FEATURES = ("success_rate", "interaction_count")

Json = dict[str, Any]


async def clustering(body: StatisticalBody, tables: Tables, now: int) -> Json:
    """Students in groups: k-means of success rate and log count, or the named bands of the success rate."""
    totals = await student_totals(reader_of(tables), students_range(body.metrics, body.time_range, now))
    students = sorted(totals)
    method = body.advanced_options.method
    if method == "rules":
        labels = [_band(_rate(totals[student])) for student in students]
    else:
        points = [(_rate(totals[s]), math.log1p(totals[s].attempts)) for s in students]
        assigned = kmeans(standardized(points), body.advanced_options.clusters) if points else []
        labels = [str(label) for label in assigned]
    groups: dict[str, list[str]] = defaultdict(list)
    for student, label in zip(students, labels, strict=True):
        groups[label].append(student)
    clusters = [_cluster(group, totals) for group in groups.values()]
    clusters.sort(key=lambda cluster: (-cluster["success_rate"], cluster["students"]))
    if not body.advanced_options.include_students:
        clusters = [{name: value for name, value in cluster.items() if name != "students"} for cluster in clusters]
    return {"method": method, "features": list(FEATURES), "students": len(students), "clusters": clusters}


def _cluster(students: Sequence[str], totals: Mapping[str, Tally]) -> Json:
    """A group's name goes by the mean of its students' success rates."""
    rate = math.fsum(_rate(totals[student]) for student in students) / len(students)
    count = math.fsum(totals[student].attempts for student in students) / len(students)
    return {
        "name": _band(rate), "size": len(students), "success_rate": rate, "interaction_count": count,
        "students": list(students),
    }  # fmt: skip


def _band(rate: float) -> str:
    return next(name for name, least in NAMED if rate >= least)


def _rate(tally: Tally) -> float:
    return tally.successes / tally.attempts
