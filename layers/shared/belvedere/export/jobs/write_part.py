"""The step that runs side by side: reads one part of a data type, and writes it as its format wants parts."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from belvedere.export.columns import Row
from belvedere.export.jobs.access import check_owner
from belvedere.export.jobs.job import ExportJob
from belvedere.export.jobs.plan import read_plan
from belvedere.export.jobs.request import JobRequest, request_of
from belvedere.export.jobs.run import JobRun, Result, Stopped, used
from belvedere.export.sources.data_type import Extract, Selection
from belvedere.export.sources.registry import data_type
from belvedere.export.writers.formats import part_writer_for
from belvedere.storage.meter import metered

LOOK_AT_ROWS = 500


def write_part(run: JobRun, number: int) -> Result:
    """Write one part; repeated, it writes the same again, and counts once. Blocking."""
    started = time.perf_counter()
    with metered() as meter:
        job = run.job()
        request = request_of(job.request)
        extract = asyncio.run(_extract(run, job, request, number))
        writer = part_writer_for(request.format, request.options())
        with run.files.upload(run.files.part_key(number)) as upload:
            writer.open(cast("BinaryIO", upload), extract.columns)
            writer.write(watched(extract.rows, run.watch()))
            writer.close()
        if extract.as_of:
            run.change({"as_of": extract.as_of})
    spent = used(meter, started)
    if not run.store.part_done(run.job_id, run.attempt, number, writer.rows, now=run.clock(), used=spent):
        raise Stopped
    return {"part": number, "rows": writer.rows}


async def _extract(run: JobRun, job: ExportJob, request: JobRequest, number: int) -> Extract:
    """The rows of a part, as the owner may see them now."""
    caller = await check_owner(run.store.workspace, job)
    of_type, part = read_plan(run)[number]
    data = request.data[of_type]
    source = data_type(data.name).source(Selection.from_json(data.selection), run.context(job, caller))
    return await source.read(part)


def watched(rows: Iterator[Row], look: Callable[[], None]) -> Iterator[Row]:
    """The rows, with a look at the job now and then."""
    for count, row in enumerate(rows):
        if count % LOOK_AT_ROWS == 0:
            look()
        yield row
