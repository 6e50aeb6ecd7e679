"""Answers a question: plan, read, merge, finish; and tells how, for whoever asks to `explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.query.planner.plan import Plan, plan
from belvedere.query.planner.question import Order, Question
from belvedere.query.reader.merge import GroupKey, Groups, merge
from belvedere.query.reader.partial_days import PartialDays
from belvedere.query.reader.partial_hours import PartialHours
from belvedere.query.reader.read import Reader, ScannedRows
from belvedere.rollups.ranking import OTHERS
from belvedere.rollups.topk import CUT
from belvedere.schema.catalog import catalog
from belvedere.schema.metrics import Metric, Totals
from belvedere.sketches.histogram import ALPHA
from belvedere.sketches.hyperloglog import STANDARD_ERROR
from belvedere.time_ranges import TimeRange

Number = float | int | None


@dataclass(frozen=True)
class Point:
    """The metrics of one bucket and group; None where there is nothing to say."""

    start: int
    dims: Mapping[str, str]
    metrics: Mapping[str, Number]


@dataclass(frozen=True)
class Answer:
    """Points in the asked order (else of time and name), out of `total`; and how they came about.

    `inexact` is when hours were counted whole in which a bucket begins; None where the numbers are exact.
    """

    question: Question
    points: tuple[Point, ...]
    total: int
    explain: dict[str, Any]
    inexact: TimeRange | None = None


async def answer(question: Question, reader: Reader) -> Answer:
    """Answer one question from rollup rows. Raises Invalid when it cannot be asked."""
    metrics = question.declared()
    planned = plan(question, reader.rollups.workspace, catalog().boards[question.board].rollup_tables)
    scanned = await reader.rows(planned)
    days, hours = PartialDays(question), PartialHours(question, planned.family) if question.splits_hours else None
    groups = merge(question, planned, days.rows(scanned), hours)
    groups = filled(question, groups)
    end = None if question.limit is None else question.offset + question.limit
    shown = tuple(
        Point(start, dict(zip(question.group_by, dims, strict=True)), finish(metrics, groups[start, dims]))
        for start, dims in ordered(groups, question.order, metrics)[question.offset : end]
    )
    others = sum(int(row.get(OTHERS, 0)) for _, rows in scanned for row in rows[-1:])
    inexact = days.inexact or (hours.inexact if hours else None)
    return Answer(question, shown, len(groups) + others, _explain(planned, scanned, metrics, groups), inexact)


def ordered(groups: Groups, order: Sequence[Order], metrics: tuple[Metric, ...]) -> list[GroupKey]:
    """Groups by the asked metrics, the first counting most; equals in order of time and name."""
    keys = sorted(groups)
    for order_by in reversed(order):
        metric = next(metric for metric in metrics if metric.name == order_by.metric)
        keys.sort(key=partial(_rank, groups, metric, -1 if order_by.descending else 1))
    return keys


def _rank(groups: Groups, metric: Metric, sign: int, key: GroupKey) -> tuple[bool, float]:
    value = finish((metric,), groups[key])[metric.name]
    return (value is None, 0.0 if value is None else sign * value)


def filled(question: Question, groups: Groups) -> Groups:
    """The groups, with empty ones for the buckets in which nothing happened; grouped answers are not filled."""
    if not question.group_by:
        for start in question.buckets():
            if (start, ()) not in groups:
                groups[start, ()] = Totals.empty()
    return groups


def finish(metrics: tuple[Metric, ...], totals: Totals) -> dict[str, Number]:
    """The metrics of merged totals; a metric with nothing to say takes its declared empty value."""
    values = {metric.name: metric.finish(totals) for metric in metrics}
    return {metric.name: metric.empty if values[metric.name] is None else values[metric.name] for metric in metrics}


def _explain(planned: Plan, scanned: ScannedRows, metrics: tuple[Metric, ...], groups: Groups) -> dict[str, Any]:
    exact = all(sketch.exact for totals in groups.values() for sketch in totals.distincts.values())
    errors = {m.name: 0.0 if exact else round(STANDARD_ERROR, 4) for m in metrics if m.distinct}
    errors |= {m.name: ALPHA for m in metrics if m.histogram}
    return {
        "family": planned.family.name,
        "scans": [
            {"grain": scan.grain, "kind": scan.kind, "from": scan.low, "to": scan.high.rstrip("~")}
            for scan in planned.scans
        ],
        "rows": sum(len(rows) for _, rows in scanned),
        "left_out": sum(int(row.get(CUT, 0)) for _, rows in scanned for row in rows),
        "relative_error": errors,
    }
