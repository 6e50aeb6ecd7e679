"""Queries the metrics and the tally of each compared entity, whatever kind of entity they are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from belvedere.boards.learning.classes import Work
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.boards.learning.requests import FilterBody
from belvedere.boards.learning.school import periods, school_of
from belvedere.boards.learning.students import COUNTS, metric_tally
from belvedere.boards.learning.tally import Tally, added
from belvedere.errors import Invalid
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.filters import And, Filter, In
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import Number, answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.time_ranges import PRESETS, TimeRange, resolve

DIMENSIONS = {"students": "user", "agents": "agent_type", "concepts": "concept"}


@dataclass(frozen=True)
class EntityStats:
    """One entity: its metrics, and the tally that effects are made of; of nothing unless said otherwise."""

    metrics: Mapping[str, Number] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


def question(body: ComparativeBody, time_range: TimeRange) -> Question:
    """The engine's question for all entities that are values of a dimension, or for one time period."""
    filters = (body.filters or FilterBody.model_validate({})).to_filter()
    dimension = DIMENSIONS.get(body.comparison_type)
    named: tuple[Filter, ...] = (In(dimension, tuple(body.entities)),) if dimension else ()
    return Question(
        board="learning",
        metrics=tuple(dict.fromkeys([*body.metrics, *COUNTS])),
        range=time_range,
        group_by=(dimension,) if dimension else (),
        filters=And((*named, filters)),
    )


def ranges(body: ComparativeBody, now: int) -> dict[str, TimeRange]:
    """The range of each time period by its name; for other entities, one range named `""`. Raises Invalid."""
    finest = Grain.DAY if body.by_class else resolution(question(body, TimeRange(0, 1)))
    if body.comparison_type == "time_periods":
        return {name: _period(name, now, finest) for name in body.entities}
    given = body.time_range
    return {"": resolve(given.preset, given.start_date, given.end_date, now=now, finest=finest)}


def _period(name: str, now: int, finest: Grain) -> TimeRange:
    """A time period of its name: a preset, or `start/end`."""
    start, slash, end = name.partition("/")
    if slash:
        fields = (f"time period {name!r:.80}: start", "end")
        return resolve(None, start, end, now=now, finest=finest, fields=fields)
    if name not in PRESETS:
        raise Invalid(f"time period {name!r:.80}: must be one of {', '.join(PRESETS)}, or start/end in ISO 8601")
    return resolve(name, None, None, now=now, finest=finest)


async def query_entity_stats(body: ComparativeBody, reader: Reader, now: int) -> dict[str, EntityStats]:
    """Every entity by its name, those without data too."""
    parts = ranges(body, now)
    if body.by_class:
        return await _classes(body, reader, parts[""], now)
    if body.comparison_type == "time_periods":
        stats = await asyncio.gather(*(_period_of(body, reader, time_range) for time_range in parts.values()))
        return dict(zip(parts, stats, strict=True))
    query = question(body, parts[""])
    points = {point.dims[query.group_by[0]]: point.metrics for point in (await answer(query, reader)).points}
    return {name: _of(points[name], body.metrics) if name in points else _of_nothing(body) for name in body.entities}


async def _period_of(body: ComparativeBody, reader: Reader, time_range: TimeRange) -> EntityStats:
    (point,) = (await answer(question(body, time_range), reader)).points
    return _of(point.metrics, body.metrics)


def _of(metrics: Mapping[str, Number], names: Sequence[str]) -> EntityStats:
    return EntityStats({name: metrics[name] for name in names}, metric_tally(metrics))


def _of_nothing(body: ComparativeBody) -> EntityStats:
    return EntityStats(_numbers({}, body.metrics))


async def _classes(body: ComparativeBody, reader: Reader, time_range: TimeRange, now: int) -> dict[str, EntityStats]:
    school = await school_of(reader.rollups.workspace, body.entities)
    (period,) = await periods(reader, school, [time_range], now)
    work = {name: period.of([name]) for name in body.entities}
    return {
        name: EntityStats(_numbers(by_student, body.metrics), added(each.tally for each in by_student.values()))
        for name, by_student in work.items()
    }


def _numbers(work: Mapping[str, Work], names: Sequence[str]) -> dict[str, Number]:
    """The metrics of students' work taken together: 0 for counts of nothing, null for rates and averages."""
    whole = added(student_work.tally for student_work in work.values())
    known: dict[str, Number] = {
        "success_rate": whole.success_rate,
        "interaction_count": whole.attempts,
        "avg_response_time": whole.avg_ms,
        "successful_interactions": whole.successes,
        "unique_users": len(work),
        "total_response_time": whole.time_us / 1_000 if whole.timed else None,
        "response_time_count": whole.timed,
    }
    return {name: known[name] for name in names}
