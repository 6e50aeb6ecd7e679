"""From a settled request to a finished file."""

from functools import partial

from belvedere.boards.learning.exports.answers import RangedSheet, analytics, summarized
from belvedere.boards.learning.exports.export_request import ExportRequest
from belvedere.boards.learning.exports.interactions import LESS, Interactions
from belvedere.boards.learning.exports.matching import counted
from belvedere.boards.learning.exports.students import students
from belvedere.clock import iso
from belvedere.export.inline import File, InlineOptions, write_inline
from belvedere.query.reader.read import Reader
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import resolve

ASK_FOR_LESS = {
    "interactions": LESS,
    "analytics": "ask for a shorter range, or a wider granularity",
    "summary": "ask for fewer agents",
    "students": "ask for a shorter range, for some user_ids, or for those with min_interactions",
}


async def write_export(request: ExportRequest, tables: Tables, slices: int, now: int) -> tuple[File, dict[str, object]]:
    """The file, and what there is to tell of it. Raises Invalid naming a wrong field, and TooLarge."""
    time_range, sheet = await _sheet(request, tables, slices, now)
    options = InlineOptions(
        format=request.format,
        title=request.data,
        ask_for_less=ASK_FOR_LESS[request.data],
        headers=request.headers,
        head={"format": request.format, "data_type": request.data, "time_range": time_range},
        tail=lambda: {"export_timestamp": iso(now)},
    )
    file = await in_thread(partial(write_inline, sheet, options))
    return file, sheet.facts()


async def _sheet(request: ExportRequest, tables: Tables, slices: int, now: int) -> RangedSheet:
    reader = Reader(tables.rollups, tables.state)
    if request.data == "analytics":
        return await analytics(request, reader, now)
    if request.data == "summary":
        return await summarized(request, reader, now)
    if request.data == "students":
        return await students(request, reader, now)
    given = request.range
    time_range = resolve(given.preset, given.start_date, given.end_date, now=now, finest=Grain.HOUR)
    total = await counted(request, time_range, reader)
    return time_range.to_json(), Interactions(tables, request, time_range, slices, now, total).sheet()
