"""The first step: see that the owner may still read it, and cut what is wanted into parts of about equal rows."""

import asyncio
from typing import Any

import msgspec

from belvedere.export.jobs.access import check_owner
from belvedere.export.jobs.job import ExportJob, Status
from belvedere.export.jobs.request import request_of
from belvedere.export.jobs.run import JobRun, Result
from belvedere.export.sources.data_type import Part, Selection
from belvedere.export.sources.registry import data_type

MOST_PARTS = 1_000  # Step Functions keeps 25,000 events of an execution, some ten a part


def plan(run: JobRun) -> Result:
    """Write the plan beside the files; the numbers of its parts are what the state machine maps over. Blocking."""
    job = run.job()
    parts = asyncio.run(planned(run, job))
    run.files.put(run.files.plan_key, msgspec.json.encode(parts))
    values = {"status": Status.PROCESSING.value, "started": job.started or run.clock(), "parts": len(parts)}
    run.change(values)
    return {"parts": list(range(len(parts)))}


async def planned(run: JobRun, job: ExportJob) -> list[list[Any]]:
    """Each part: which of the job's data types it is of, and what of it. Raises Forbidden."""
    caller = await check_owner(run.store.workspace, job)
    parts: list[list[Part]] = []
    for data in request_of(job.request).data:
        source = data_type(data.name).source(Selection.from_json(data.selection), run.context(job, caller))
        parts.append(await source.plan())
    return [[number, part.to_json()] for number, listed in enumerate(shared(parts)) for part in listed]


def shared(parts: list[list[Part]], most: int = MOST_PARTS) -> list[list[Part]]:
    """The parts of each data type, joined where all of them together are too many.

    Data types that need less than an even share leave the rest of theirs to those that need more.
    """
    joined_parts, left = dict[int, list[Part]](), most
    smallest_first = sorted(range(len(parts)), key=lambda number: len(parts[number]))
    for done, number in enumerate(smallest_first):
        joined_parts[number] = joined(parts[number], left // (len(parts) - done))
        left -= len(joined_parts[number])
    return [joined_parts[number] for number in range(len(parts))]


def joined(parts: list[Part], most: int) -> list[Part]:
    """Neighbours as one where there are too many."""
    if len(parts) <= most:
        return parts
    size = -(-len(parts) // most)
    groups = [parts[at : at + size] for at in range(0, len(parts), size)]
    return [
        Part(number=number, start=group[0].start, end=group[-1].end, rows=sum(part.rows for part in group))
        for number, group in enumerate(groups)
    ]


def read_plan(run: JobRun) -> list[tuple[int, Part]]:
    """The plan, as it was written."""
    listed = msgspec.json.decode(run.files.get(run.files.plan_key))
    return [(int(number), Part.from_json(part)) for number, part in listed]
