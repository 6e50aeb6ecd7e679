"""Groups against each other: cohorts, this period and the one before, two variants, and students against everybody.

What is compared is one number a student, so a busy student counts once.
"""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from belvedere.boards.learning.analytics.benchmark import benchmark
from belvedere.boards.learning.analytics.difference import compare_groups
from belvedere.boards.learning.analytics.groups import Group, class_groups
from belvedere.boards.learning.analytics.per_student import mean_of, told_by_student, values_of
from belvedere.boards.learning.analytics.requests import AnalyticsComparativeBody, whole_days
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.errors import Invalid
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange, before

BANDED = "success_rate"
BANDS = (("high", 0.8), ("middle", 0.5), ("low", 0.0))

Json = dict[str, Any]


async def comparison(body: AnalyticsComparativeBody, tables: Tables, now: int) -> Json:
    """The analysis asked for. Raises Invalid naming a wrong field."""
    time_range = range_of(body, now)
    reader = reader_of(tables)
    response: Json = {
        "analysis_type": body.analysis_type, "entities": body.entities, "metrics": list(dict.fromkeys(body.metrics)),
        "time_range": time_range.to_json(),
    }  # fmt: skip
    if body.analysis_type == "benchmark":
        return response | await benchmark(body, reader, time_range)
    groups = await _groups(body, tables, reader, time_range)
    return response | {
        "groups": [_group(body, name, own) for name, own in groups.items()],
        "comparisons": [metric for pair in combinations(groups, 2) for metric in _compared(body, groups, *pair)],
    }


def range_of(body: AnalyticsComparativeBody, now: int) -> TimeRange:
    """The asked range in whole days, or up to a day hours, and the body checked. Raises Invalid."""
    told_by_student(body.metrics)
    if body.analysis_type == "ab_test" and len(set(body.entities)) != 2:
        raise Invalid("entities: an ab_test takes the ids of two different classes")
    if body.analysis_type == "benchmark" and not body.entities:
        raise Invalid("entities: a benchmark takes the ids of the students that are measured against all")
    return whole_days(body.time_range, now)


async def _groups(
    body: AnalyticsComparativeBody, tables: Tables, reader: Reader, time_range: TimeRange
) -> dict[str, Group]:
    """Classes by their ids; students by the band of their success rate; or this period and the one before."""
    if body.analysis_type == "temporal":
        only = body.entities or None
        earlier, lately = await asyncio.gather(
            student_totals(reader, before(time_range), only), student_totals(reader, time_range, only)
        )
        return {"current": lately, "previous": earlier}
    if body.entities:
        return await class_groups(tables, reader, time_range, tuple(dict.fromkeys(body.entities)))
    totals = await student_totals(reader, time_range)
    return {name: {s: t for s, t in totals.items() if _band(t) == name} for name, _ in BANDS}


def _band(tally: Tally) -> str:
    rate = tally.success_rate or 0.0
    return next(name for name, least in BANDS if rate >= least)


def _group(body: AnalyticsComparativeBody, name: str, own: Group) -> Json:
    means = {metric: mean_of(values_of(own, metric)) for metric in dict.fromkeys(body.metrics)}
    return {"name": name, "students": len(own), "interactions": sum(t.attempts for t in own.values()), "means": means}


def _compared(body: AnalyticsComparativeBody, groups: Mapping[str, Group], name: str, other: str) -> Iterator[Json]:
    """Each metric of two groups, first minus second; but not that by which the groups were made."""
    banded = BANDED if body.analysis_type == "cohort" and not body.entities else None
    for metric in dict.fromkeys(body.metrics):
        if metric == banded:
            continue
        first, second = values_of(groups[name], metric), values_of(groups[other], metric)
        yield {"metric": metric, "first": name, "second": other, **compare_groups(first, second, body)}
