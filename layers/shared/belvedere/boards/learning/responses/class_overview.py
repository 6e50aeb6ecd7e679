"""The class overview: how classes (or everybody) did, how that is spread, who did best, and what it compares with."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.boards.learning.profile import of_days, reach
from belvedere.boards.learning.responses.standing import Group, distribution, effect_to_json, performers, statistics
from belvedere.boards.learning.school import Period, School, everywhere, periods, school_of
from belvedere.boards.learning.stats.distribution import rates
from belvedere.boards.learning.stats.effect import of_means, of_proportions
from belvedere.boards.learning.students import student_days, student_totals
from belvedere.clock import iso
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange, before, resolve

MOST_PROFILES = 500  # students whose buckets are told where no class is named
CHANGES = ("total_students", "total_interactions", "avg_response_time", "class_success_rate")
Json = dict[str, Any]


@dataclass(frozen=True)
class ClassOverviewRequest:
    """What the endpoint was asked: some classes, or (None) everybody."""

    class_ids: tuple[str, ...] | None = None
    preset: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    include_comparisons: bool = False


def resolved_range(request: ClassOverviewRequest, now: int) -> TimeRange:
    """The asked range in whole UTC days, or up to a day hours. Raises Invalid naming a wrong field."""
    return resolve(request.preset, request.start_date, request.end_date, now=now, finest=Grain.DAY)


def resolved(request: ClassOverviewRequest, now: int) -> Json:
    """All that an overview depends on at a moment. Raises Invalid naming a wrong field."""
    return resolved_range(request, now).to_json() | {
        "class_ids": request.class_ids if request.class_ids is None else sorted(request.class_ids),
        "comparisons": request.include_comparisons,
    }


async def class_overview(request: ClassOverviewRequest, tables: Tables, now: int) -> Json:
    """The documented overview. Raises Invalid naming a wrong field, or when there are too many students."""
    time_range, reader = resolved_range(request, now), Reader(tables.rollups, tables.state)
    parts = [time_range, before(time_range)] if request.include_comparisons else [time_range]
    as_of = await reader.as_of()
    workspace = tables.rollups.workspace
    if request.class_ids is None:
        groups = await asyncio.gather(*(everybody(reader, period, now) for period in parts))
        school = await everywhere(reader, workspace, time_range) if request.include_comparisons else None
        school_periods = await periods(reader, school, [time_range], now) if school else []
    else:
        school = await school_of(workspace, request.class_ids)
        school_periods = await periods(reader, school, parts, now)
        groups = [Group.of(period.of(school.names), period.profiles) for period in school_periods]
    overview = {
        "time_range": time_range.to_json(),
        "class_statistics": statistics(groups[0]) | _enrolled(school if request.class_ids is not None else None),
        "performance_distribution": distribution(groups[0]),
        "top_performers": performers(groups[0]),
        "generated_at": iso(now),
        "as_of": iso(as_of) if as_of is not None else None,
    }
    return overview | (
        {"comparisons": _comparisons(groups, parts, school_periods[0])} if request.include_comparisons else {}
    )


async def everybody(reader: Reader, time_range: TimeRange, now: int) -> Group:
    """All students, in whatever class or none; with profiles while they are not too many."""
    by_agent = Question(board="learning", metrics=("interaction_count",), range=time_range, group_by=("agent_type",))
    totals, agents = await asyncio.gather(student_totals(reader, time_range), answer(by_agent, reader))
    counts = {point.dims["agent_type"]: int(point.metrics["interaction_count"] or 0) for point in agents.points}
    used = {agent: count for agent, count in counts.items() if count}
    if len(totals) > MOST_PROFILES:
        return Group(totals, used)
    days = await asyncio.gather(*(student_days(reader, user, reach(time_range)) for user in totals))
    profiles = {user: of_days(user, active, time_range, now) for user, active in zip(totals, days, strict=True)}
    return Group(totals, used, profiles)


def _enrolled(school: School | None) -> Json:
    """How many students are enrolled, where classes are named."""
    if school is None:
        return {}
    return {"enrolled_students": len({user for roster in school.rosters.values() for user in roster})}


def _comparisons(groups: Sequence[Group], parts: Sequence[TimeRange], period: Period) -> Json:
    (now, then), (_, earlier) = groups, parts
    new, old = statistics(now), statistics(then)
    return {
        "previous_period": {
            "time_range": earlier.to_json(),
            "class_statistics": old,
            "performance_distribution": distribution(then),
            "change": {name: new[name] - old[name] for name in CHANGES},
            "effect_size": effect_to_json(of_proportions(now.whole, then.whole)),
        },
        "classes": list(_classes(period)),
    }


def _classes(period: Period) -> Iterator[Json]:
    """Each class by itself, by id, and how it differs from the others: in the success rates of students."""
    names = period.school.names
    everybody = Group.of(period.of(names), period.profiles).tallies
    for name in sorted(names):
        group = Group.of(period.of([name]), period.profiles)
        others = {user: tally for user, tally in everybody.items() if user not in group.tallies}
        yield {
            "class_id": name,
            "name": names[name],
            "class_statistics": statistics(group),
            "performance_distribution": distribution(group),
            "effect_size": effect_to_json(of_means(rates(group.tallies), rates(others))),
        }
