"""How a student's progress has moved with the latest interactions: the same statistics with and without them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from belvedere.boards.learning.stats.mastery import Mastery, masteries
from belvedere.boards.learning.stats.progress import overall_score
from belvedere.boards.learning.students import StudentDay, student_days
from belvedere.boards.learning.tally import Tally
from belvedere.clock import DAY_MS
from belvedere.query.reader.read import Reader
from belvedere.realtime.channel import Moment
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import floor
from belvedere.time_ranges import TimeRange
from belvedere.time_ranges import moment as moment_of

EVIDENCE_DAYS = 30

Notice = Mapping[str, Any]


async def progress_update(moment: Moment, student: str, latest: Sequence[Notice]) -> dict[str, Any]:
    """The documented message: by how much the overall score moved, and the concepts just worked on as they are now."""
    today = floor(moment.now, Grain.DAY)
    time_range = TimeRange(today - (EVIDENCE_DAYS - 1) * DAY_MS, today + DAY_MS)
    days = await student_days(Reader(moment.tables.rollups, moment.tables.state, consistent=True), student, time_range)
    after, before = masteries(days, today), masteries(without(days, latest), today)
    touched = {notice["concept"] for notice in latest if "concept" in notice}
    return {
        "user_id": student,
        "progress_change": {"overall_score": round(overall_score(after) - overall_score(before), 6)},
        "overall_score": overall_score(after),
        "concept_updates": [_concept(mastery) for mastery in after if mastery.concept in touched],
    }


def without(days: Sequence[StudentDay], latest: Sequence[Notice]) -> list[StudentDay]:
    """The days as they were before the latest interactions."""
    return [replace(day, concepts=_lessened(day, latest)) for day in days]


def _lessened(day: StudentDay, latest: Sequence[Notice]) -> dict[str, Tally]:
    concepts = dict(day.concepts)
    counted = [notice for notice in latest if notice.get("concept") in concepts and "success" in notice]
    for notice in counted:
        if floor(moment_of(notice["time"], "time"), Grain.DAY) == day.day:
            concepts[notice["concept"]] -= Tally(attempts=1, successes=int(notice["success"]))
    return {name: tally for name, tally in concepts.items() if tally.attempts > 0}


def _concept(mastery: Mastery) -> dict[str, Any]:
    return {"concept": mastery.concept, "mastery_score": mastery.score, "confidence": [mastery.low, mastery.high]}
