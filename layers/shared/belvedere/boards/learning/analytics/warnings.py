"""Early warnings: which students' numbers ask for attention, by fixed rules, each with its evidence."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from belvedere.boards.learning.analytics.view import reader_of
from belvedere.boards.learning.stats.engagement import WINDOW_DAYS, engagement
from belvedere.boards.learning.students import student_days, student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

LOW_SUCCESS, DROP, LOW_ENGAGEMENT, MANY_HINTS = 0.3, 0.3, 0.4, 0.8
LEAST = 5  # interactions in a week before its rate says anything
MOST_ENGAGEMENTS = 100  # students whose days are read, the busiest first
SEVERITY = {"low_success": "critical", "success_drop": "high", "inactive": "high", "low_engagement": "medium",
            "high_hint_rate": "medium"}  # fmt: skip
RANKS = ("critical", "high", "medium")

Alert = dict[str, Any]


async def early_warnings(tables: Tables, time_range: TimeRange, only: frozenset[str] | None = None) -> dict[str, Any]:
    """Alerts about everybody active in two weeks (or those of them named), the gravest first."""
    reader = reader_of(tables)
    middle = time_range.end - 7 * DAY_MS
    before, lately = await asyncio.gather(
        student_totals(reader, TimeRange(time_range.start, middle)),
        student_totals(reader, TimeRange(middle, time_range.end)),
    )
    hints = await hints_by_student(reader, TimeRange(middle, time_range.end))
    students = sorted(s for s in {*before, *lately} if only is None or s in only)
    busiest = sorted((s for s in students if s in lately), key=lambda s: (-lately[s].attempts, s))[:MOST_ENGAGEMENTS]
    scores = await asyncio.gather(*(_engagement(reader, student, time_range.end) for student in busiest))
    engaged = dict(zip(busiest, scores, strict=True))
    alerts = [
        alert
        for student in students
        for alert in alerts_of(
            student, before.get(student, Tally()), lately.get(student, Tally()), hints.get(student, 0),
            engaged.get(student),
        )
    ]  # fmt: skip
    alerts.sort(key=lambda alert: (RANKS.index(alert["severity"]), alert["student_id"], alert["type"]))
    return {"alerts": alerts, "students_considered": len(students), "engagement_read_of": len(busiest)}


def alerts_of(student: str, before: Tally, lately: Tally, hints: int, engaged: float | None) -> Iterator[Alert]:
    """One student's alerts: of the last week, the week before, the hints of the last, and the engagement."""
    rate, was = lately.success_rate, before.success_rate
    enough = lately.attempts >= LEAST
    if rate is not None and enough and rate < LOW_SUCCESS:
        yield _alert(student, "low_success", rate, LOW_SUCCESS, lately.attempts)
    fell = round((was or 0.0) - (rate or 0.0), 9)  # 0.8 - 0.5 is a little more than 0.3 in binary
    if rate is not None and was is not None and enough and before.attempts >= LEAST and fell > DROP:
        yield _alert(student, "success_drop", fell, DROP, lately.attempts)
    if before.attempts >= LEAST and not lately.attempts:
        yield _alert(student, "inactive", 0.0, 1, 0)
    if engaged is not None and engaged < LOW_ENGAGEMENT:
        yield _alert(student, "low_engagement", engaged, LOW_ENGAGEMENT, lately.attempts)
    if enough and hints / lately.attempts > MANY_HINTS:
        yield _alert(student, "high_hint_rate", hints / lately.attempts, MANY_HINTS, lately.attempts)


def _alert(student: str, kind: str, value: float, threshold: float, interactions: int) -> Alert:
    return {
        "student_id": student,
        "type": kind,
        "severity": SEVERITY[kind],
        "value": value,
        "threshold": threshold,
        "interactions": interactions,
    }


async def hints_by_student(reader: Reader, time_range: TimeRange) -> Mapping[str, int]:
    """The hints that each student opened in whole days."""
    question = Question(board="learning", metrics=("hint_count",), range=time_range, group_by=("user",))
    result = await answer(question, reader)
    return {point.dims["user"]: int(point.metrics["hint_count"] or 0) for point in result.points}


async def _engagement(reader: Reader, student: str, end: int) -> float:
    days = await student_days(reader, student, TimeRange(max(0, end - WINDOW_DAYS * DAY_MS), end))
    return engagement(days).score
