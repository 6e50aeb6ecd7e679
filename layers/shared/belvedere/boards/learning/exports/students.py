"""Students, one a row: what they did in the days of the range, and how far they have come; the busiest first."""

import asyncio
from collections.abc import Sequence
from typing import Any

from belvedere.boards.learning.exports.answers import RangedSheet
from belvedere.boards.learning.exports.export_request import ExportRequest
from belvedere.boards.learning.profile import Profile, profile
from belvedere.boards.learning.stats.progress import mastered, overall_score
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.export.columns import Column, ColumnType
from belvedere.export.sheet import Sheet
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.settings import settings
from belvedere.time_ranges import TimeRange, resolve

COLUMNS = (
    Column("user_id"),
    Column("interaction_count", ColumnType.NUMBER),
    Column("successful_interactions", ColumnType.NUMBER),
    Column("success_rate", ColumnType.NUMBER),
    Column("avg_response_time", ColumnType.NUMBER),
    Column("overall_score", ColumnType.NUMBER),
    Column("concepts_mastered", ColumnType.NUMBER),
    Column("engagement_score", ColumnType.NUMBER),
)
MOST_PROFILES = 2_000  # one query each; more students are told without


async def students(request: ExportRequest, reader: Reader, now: int) -> RangedSheet:
    """Everybody who did something in these whole UTC days (up to a day, hours), or those who were named."""
    given = request.range
    time_range = resolve(given.preset, given.start_date, given.end_date, now=now, finest=Grain.DAY)
    totals = await student_totals(reader, time_range, request.list("user_ids") or None)
    least = request.filters.get("min_interactions", 0)
    ranked = sorted(totals.items(), key=lambda item: (-item[1].attempts, item[0]))
    listed = [(user, tally) for user, tally in ranked if tally.attempts >= least]
    profiles = await profiles_of([user for user, _ in listed], reader, time_range, now)
    rows = [shown(user, tally, profile) for (user, tally), profile in zip(listed, profiles, strict=True)]
    whole = len(listed) <= MOST_PROFILES
    return time_range.to_json(), Sheet(COLUMNS, rows, lambda: {"mastery_included": whole})


async def profiles_of(
    users: Sequence[str], reader: Reader, time_range: TimeRange, now: int
) -> Sequence[Profile | None]:
    """What the statistics know of each student; nothing where they are too many."""
    if len(users) > MOST_PROFILES:
        return [None] * len(users)
    return await asyncio.gather(*(profile(reader, user, time_range, now) for user in users))


def shown(user: str, tally: Tally, known: Profile | None) -> dict[str, Any]:
    """A student's numbers; those of the profile are null where nobody was asked for it."""
    masteries = known.masteries if known else []
    return {
        "user_id": user,
        "interaction_count": tally.attempts,
        "successful_interactions": tally.successes,
        "success_rate": tally.success_rate,
        "avg_response_time": tally.avg_ms,
        "overall_score": overall_score(masteries) if known else None,
        "concepts_mastered": len(mastered(masteries, settings().mastery_threshold)) if known else None,
        "engagement_score": known.engagement.score if known else None,
    }
