"""From a settled request to a finished file."""

from functools import partial

from belvedere.boards.base.rollup_tables import Grain
from belvedere.boards.learning.exports.answers import RangedSheet, analytics, summarized
from belvedere.boards.learning.exports.export_request import ExportRequest
from belvedere.boards.learning.exports.interactions import LESS, Interactions
from belvedere.boards.learning.exports.matching import counted
from belvedere.boards.learning.exports.students import students
from belvedere.clock import iso
from belvedere.export.inline import File, Wanted, written
from belvedere.query.ranges import resolve
from belvedere.query.read import Reader
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

ASK_FOR_LESS = {
    "interactions": LESS,
    "analytics": "ask for a shorter range, or a wider granularity",
    "summary": "ask for fewer agents",
    "students": "ask for a shorter range, for some user_ids, or for those with min_interactions",
}


async def write_export(asked: ExportRequest, mine: Tables, slices: int, now: int) -> tuple[File, dict[str, object]]:
    """The file, and what there is to tell of it. Raises Invalid naming a wrong field, and TooLarge."""
    time_range, sheet = await _sheet(asked, mine, slices, now)
    wanted = Wanted(
        format=asked.format,
        title=asked.data,
        ask_for_less=ASK_FOR_LESS[asked.data],
        headers=asked.headers,
        head={"format": asked.format, "data_type": asked.data, "time_range": time_range},
        tail=lambda: {"export_timestamp": iso(now)},
    )
    file = await in_thread(partial(written, sheet, wanted))
    return file, sheet.told()


async def _sheet(asked: ExportRequest, mine: Tables, slices: int, now: int) -> RangedSheet:
    reader = Reader(mine.rollups, mine.state)
    if asked.data == "analytics":
        return await analytics(asked, reader, now)
    if asked.data == "summary":
        return await summarized(asked, reader, now)
    if asked.data == "students":
        return await students(asked, reader, now)
    given = asked.range
    part = resolve(given.preset, given.start_date, given.end_date, now=now, finest=Grain.HOUR)
    total = await counted(asked, part, reader)
    return part.to_json(), Interactions(mine, asked, part, slices, now, total).sheet()
