"""Students, one a row: what they did in the days of the range, the busiest first."""

from belvedere.boards.base import Grain
from belvedere.boards.learning.exports.answers import Found
from belvedere.boards.learning.exports.asked import Export
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.export.sheet import Column, Kind, Row, Sheet
from belvedere.query.ranges import resolve
from belvedere.query.read import Reader

COLUMNS = (
    Column("user_id"),
    Column("interaction_count", Kind.NUMBER),
    Column("successful_interactions", Kind.NUMBER),
    Column("success_rate", Kind.NUMBER),
    Column("avg_response_time", Kind.NUMBER),
)


async def students(asked: Export, reader: Reader, now: int) -> Found:
    """Everybody who did something in these whole UTC days, or those who were named."""
    given = asked.range
    part = resolve(given.preset, given.start_date, given.end_date, now=now, finest=Grain.DAY)
    totals = await student_totals(reader, part, asked.list("user_ids") or None)
    least = asked.filters.get("min_interactions", 0)
    ranked = sorted(totals.items(), key=lambda one: (-one[1].attempts, one[0]))
    rows = [shown(user, tally) for user, tally in ranked if tally.attempts >= least]
    return part.to_json(), Sheet(COLUMNS, rows)


def shown(user: str, tally: Tally) -> Row:
    """A student's numbers."""
    return {
        "user_id": user,
        "interaction_count": tally.attempts,
        "successful_interactions": tally.successes,
        "success_rate": tally.success_rate,
        "avg_response_time": tally.avg_ms,
    }
