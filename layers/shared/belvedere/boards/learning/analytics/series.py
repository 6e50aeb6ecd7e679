"""A metric as a series of buckets: its trend and rhythm, and what stands out in it."""

import math
from collections.abc import Sequence
from typing import Any

from belvedere.boards.learning.analytics.requests import StatisticalBody
from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.series import active, autocorrelation, line, means_by, outliers
from belvedere.clock import DAY_MS, iso, to_datetime
from belvedere.query.planner.granularity import granularity
from belvedere.query.planner.question import Question
from belvedere.query.planner.request import placed
from belvedere.query.reader.answer import answer
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Z95 = 1.959963984540054

Json = dict[str, Any]
Series = dict[str, list[tuple[int, float]]]


def question_of(body: StatisticalBody, now: int) -> Question:
    """The engine's question behind a series. Raises Invalid."""
    question = Question(
        board="learning",
        metrics=tuple(dict.fromkeys(body.metrics)),
        range=TimeRange(0, 1),
        granularity=granularity(body.granularity.lower()),
    )
    question.declared()
    return placed(question, body.time_range.to_range(), now)


async def _series(body: StatisticalBody, tables: Tables, now: int) -> tuple[Series, int]:
    """The values of each metric by bucket that have one, and how many buckets there are."""
    result = await answer(question_of(body, now), reader_of(tables))
    series = {
        name: [(p.start, float(value)) for p in result.points if (value := p.metrics[name]) is not None]
        for name in dict.fromkeys(body.metrics)
    }
    return series, len(result.points)


async def timeseries(body: StatisticalBody, tables: Tables, now: int) -> Json:
    """Of each metric: its line with a 95 % interval, its autocorrelation, and its means by weekday and hour."""
    series, buckets = await _series(body, tables, now)
    return {
        "granularity": body.granularity,
        "buckets": buckets,
        "metrics": {name: _of_series(points, body) for name, points in series.items()},
    }


def _of_series(points: Sequence[tuple[int, float]], body: StatisticalBody) -> Json:
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


def _trend(steps: Sequence[float], values: Sequence[float]) -> Json | None:
    """Per bucket; None for fewer than three values."""
    trend = line(steps, values)
    if trend is None:
        return None
    direction = "stable" if trend.p_value >= 0.05 else "rising" if trend.slope > 0 else "falling"
    interval = [trend.low, trend.high]
    return {
        "slope": trend.slope, "confidence_interval": interval, "p_value": trend.p_value,
        "r_squared": trend.r_squared, "direction": direction,
    }  # fmt: skip


def _seasonality(starts: Sequence[int], values: Sequence[float], width: int) -> Json:
    """Means by UTC weekday where buckets are days or less, by UTC hour where they are hours."""
    moments = [to_datetime(start) for start in starts]
    by_day = means_by([moment.weekday() for moment in moments], values) if width <= DAY_MS else {}
    by_hour = means_by([moment.hour for moment in moments], values) if width < DAY_MS else {}
    return {
        "by_weekday": {WEEKDAYS[day]: by_day[day] for day in sorted(by_day)},
        "by_hour": {f"{hour:02}": by_hour[hour] for hour in sorted(by_hour)},
    }


async def anomaly(body: StatisticalBody, tables: Tables, now: int) -> Json:
    """Buckets whose value is beyond Tukey's fences or too many deviations from the mean; of a mostly idle range, among
    those that were not idle."""
    options = body.advanced_options
    series, buckets = await _series(body, tables, now)
    anomalies = []
    for name, every in series.items():
        points = [every[position] for position in active([value for _, value in every])]
        values = [value for _, value in points]
        for outlier in outliers(values, iqr_factor=options.iqr_factor, z_threshold=options.z_threshold):
            rules = [rule for rule, hit in (("iqr", outlier.by_iqr), ("z_score", outlier.by_z)) if hit]
            start, value = points[outlier.position]
            anomalies.append({"metric": name, "timestamp": iso(start), "value": value, "z": outlier.z, "rules": rules})
    return {"granularity": body.granularity, "buckets": buckets, "anomalies": anomalies}
