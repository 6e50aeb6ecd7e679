"""Statistics on request: a series' trend and rhythm, groups of students, what goes together, and what stands out."""

import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from belvedere.boards.learning.analytics.requests import PER_STUDENT, StatisticalBody, whole_days
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.clusters import kmeans, standardized
from belvedere.boards.learning.stats.ranks import LEAST, Correlation, pearson, spearman
from belvedere.boards.learning.stats.series import active, autocorrelation, line, means_by, outliers
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS, iso, to_datetime
from belvedere.errors import Invalid
from belvedere.query.answer import answer
from belvedere.query.granularity import granularity
from belvedere.query.question import Question
from belvedere.query.ranges import TimeRange
from belvedere.query.request import placed
from belvedere.storage.tables import Tables

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMED = (("high_achievers", 0.8), ("steady", 0.6), ("developing", 0.5), ("at_risk", 0.0))
FEATURES = ("success_rate", "interaction_count")
Z95 = 1.959963984540054

Told = dict[str, Any]
Series = dict[str, list[tuple[int, float]]]


async def statistical(body: StatisticalBody, mine: Tables, now: int) -> Told:
    """The analysis asked for, over the asked range. Raises Invalid naming a wrong field."""
    told = await ANALYSES[body.analysis_type](body, mine, now)
    return {"analysis_type": body.analysis_type, "time_range": part_of(body, now).to_json(), **told}


def part_of(body: StatisticalBody, now: int) -> TimeRange:
    """The range as it is answered: whole buckets of a series, whole days of students. Raises Invalid."""
    if body.analysis_type in ("clustering", "correlation"):
        for name in body.metrics:
            if name not in PER_STUDENT:
                raise Invalid(f"metrics: {name!r} is not told by student; one of {', '.join(PER_STUDENT)}")
        return whole_days(body.time_range, now)
    return question_of(body, now).range


def question_of(body: StatisticalBody, now: int) -> Question:
    """The engine's question behind a series. Raises Invalid."""
    asked = Question(
        board="learning",
        metrics=tuple(dict.fromkeys(body.metrics)),
        range=TimeRange(0, 1),
        granularity=granularity(body.granularity.lower()),
    )
    asked.declared()
    return placed(asked, body.time_range.to_range(), now)


async def _series(body: StatisticalBody, mine: Tables, now: int) -> tuple[Series, int]:
    """The values of each metric by bucket that have one, and how many buckets there are."""
    found = await answer(question_of(body, now), reader_of(mine))
    series = {
        name: [(p.start, float(value)) for p in found.points if (value := p.metrics[name]) is not None]
        for name in dict.fromkeys(body.metrics)
    }
    return series, len(found.points)


async def timeseries(body: StatisticalBody, mine: Tables, now: int) -> Told:
    """Of each metric: its line with a 95 % interval, its autocorrelation, and its means by weekday and hour."""
    series, buckets = await _series(body, mine, now)
    return {
        "granularity": body.granularity,
        "buckets": buckets,
        "metrics": {name: _of_series(points, body) for name, points in series.items()},
    }


def _of_series(points: Sequence[tuple[int, float]], body: StatisticalBody) -> Told:
    starts, values = [start for start, _ in points], [value for _, value in points]
    width = granularity(body.granularity.lower()).width_ms
    first = starts[0] if starts else 0
    correlated = autocorrelation(values, body.advanced_options.max_lag)
    band = Z95 / math.sqrt(len(values)) if values else None
    return {
        "n": len(values),
        "mean": math.fsum(values) / len(values) if values else None,
        "trend": _trend([(start - first) / width for start in starts], values),
        "autocorrelation": [
            {"lag": lag, "value": value, "significant": band is not None and abs(value) > band}
            for lag, value in enumerate(correlated, 1)
        ],
        "seasonality": _seasonality(starts, values, width),
    }


def _trend(steps: Sequence[float], values: Sequence[float]) -> Told | None:
    """Per bucket; None for fewer than three values."""
    found = line(steps, values)
    if found is None:
        return None
    direction = "stable" if found.p_value >= 0.05 else "rising" if found.slope > 0 else "falling"
    interval = [found.low, found.high]
    return {
        "slope": found.slope, "confidence_interval": interval, "p_value": found.p_value,
        "r_squared": found.r_squared, "direction": direction,
    }  # fmt: skip


def _seasonality(starts: Sequence[int], values: Sequence[float], width: int) -> Told:
    """Means by UTC weekday where buckets are days or less, by UTC hour where they are hours."""
    moments = [to_datetime(start) for start in starts]
    by_day = means_by([moment.weekday() for moment in moments], values) if width <= DAY_MS else {}
    by_hour = means_by([moment.hour for moment in moments], values) if width < DAY_MS else {}
    return {
        "by_weekday": {WEEKDAYS[day]: by_day[day] for day in sorted(by_day)},
        "by_hour": {f"{hour:02}": by_hour[hour] for hour in sorted(by_hour)},
    }


async def clustering(body: StatisticalBody, mine: Tables, now: int) -> Told:
    """Students in groups: k-means of success rate and log count, or the named bands of the success rate."""
    totals = await student_totals(reader_of(mine), part_of(body, now))
    students = sorted(totals)
    method = body.advanced_options.method
    if method == "rules":
        labels = [_band(_rate(totals[student])) for student in students]
    else:
        points = [(_rate(totals[s]), math.log1p(totals[s].attempts)) for s in students]
        found = kmeans(standardized(points), body.advanced_options.clusters) if points else []
        labels = [str(label) for label in found]
    groups: dict[str, list[str]] = defaultdict(list)
    for student, label in zip(students, labels, strict=True):
        groups[label].append(student)
    clusters = [_cluster(group, totals) for group in groups.values()]
    clusters.sort(key=lambda one: (-one["success_rate"], one["students"]))
    if not body.advanced_options.include_students:
        clusters = [{name: value for name, value in one.items() if name != "students"} for one in clusters]
    return {"method": method, "features": list(FEATURES), "students": len(students), "clusters": clusters}


def _cluster(students: Sequence[str], totals: Mapping[str, Tally]) -> Told:
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


async def correlation(body: StatisticalBody, mine: Tables, now: int) -> Told:
    """Across students, every pair of metrics: Pearson's and Spearman's coefficients with their p-values."""
    if len(set(body.metrics)) < 2:
        raise Invalid(f"metrics: a correlation takes two or more of {', '.join(PER_STUDENT)}")
    totals = await student_totals(reader_of(mine), part_of(body, now))
    pairs = []
    for first, second in combinations(dict.fromkeys(body.metrics), 2):
        told = [(measures(t)[first], measures(t)[second]) for _, t in sorted(totals.items())]
        both = [(a, b) for a, b in told if a is not None and b is not None]
        pairs.append(_pair(first, second, [a for a, _ in both], [b for _, b in both]))
    return {"subject": "students", "students": len(totals), "correlations": pairs}


def measures(tally: Tally) -> dict[str, float | None]:
    """PER_STUDENT of a student's tally."""
    return dict(zip(PER_STUDENT, (tally.success_rate, float(tally.attempts), tally.avg_ms), strict=True))


def _pair(first: str, second: str, x: Sequence[float], y: Sequence[float]) -> Told:
    one, other = pearson(x, y), spearman(x, y)
    told = {"metrics": [first, second], "n": len(x), "pearson": _told(one), "spearman": _told(other)}
    if one is None:
        few = f"fewer than {LEAST} students"
        told["reason"] = few if len(x) < LEAST else "one of the two is the same for everybody"
    return told


def _told(found: Correlation | None) -> Told | None:
    return found._asdict() if found else None


async def anomaly(body: StatisticalBody, mine: Tables, now: int) -> Told:
    """Buckets whose value is beyond Tukey's fences or too many deviations from the mean; of a mostly idle range, among
    those that were not idle."""
    options = body.advanced_options
    series, buckets = await _series(body, mine, now)
    found = []
    for name, every in series.items():
        points = [every[position] for position in active([value for _, value in every])]
        values = [value for _, value in points]
        for one in outliers(values, iqr_factor=options.iqr_factor, z_threshold=options.z_threshold):
            rules = [rule for rule, hit in (("iqr", one.by_iqr), ("z_score", one.by_z)) if hit]
            start, value = points[one.position]
            found.append({"metric": name, "timestamp": iso(start), "value": value, "z": one.z, "rules": rules})
    return {"granularity": body.granularity, "buckets": buckets, "anomalies": found}


ANALYSES: dict[str, Callable[[StatisticalBody, Tables, int], Awaitable[Told]]] = {
    "timeseries": timeseries,
    "clustering": clustering,
    "correlation": correlation,
    "anomaly": anomaly,
}
