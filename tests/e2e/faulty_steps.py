"""Steps of an export that go wrong as they are told to: the code of functions that a test's state machine calls.

`FAULT` says how: `fails:2` fails the first two times that it is called for a part (or a file), `dies:1` ends the
process in the middle of an upload the first time, `waits` writes nothing until the job was cancelled.
"""

import os
import time
from collections.abc import Callable
from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.export.jobs.assemble import assemble
from belvedere.export.jobs.objects import PART_BYTES
from belvedere.export.jobs.run import JobRun, Stopped, reading_step, run_of, step
from belvedere.export.jobs.write_part import write_part

KIND, _, TIMES = os.environ.get("FAULT", "").partition(":")
MOST_LOOKS = 600


def part(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Instead of `export.part`."""
    return reading_step(run_of(event, context), with_fault(event, lambda run: write_part(run, int(event["part"]))))


def file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Instead of `export.assemble`."""
    return step(run_of(event, context), with_fault(event, assemble))


def with_fault(event: dict[str, Any], work: Callable[[JobRun], dict[str, Any]]) -> Callable[[JobRun], dict[str, Any]]:
    """The work, once the fault lets it be done."""

    def faulty(run: JobRun) -> dict[str, Any]:
        if KIND == "waits":
            wait_for_the_end(run)
        elif calls(run, event) < int(TIMES):
            if KIND == "dies":
                run.files.upload(run.files.part_key(0)).write(bytes(PART_BYTES))
                os._exit(1)
            raise RuntimeError("a fault of the test's")
        return work(run)

    return faulty


def calls(run: JobRun, event: dict[str, Any]) -> int:
    """How often this was called before, as counted in objects outside of the job's own."""
    prefix = f"faults/{run.job_id}/{event.get('part', 'file')}/"
    listed = run.files.s3.list_objects_v2(Bucket=run.files.bucket, Prefix=prefix).get("KeyCount", 0)
    run.files.put(f"{prefix}{listed}", b"")
    return int(listed)


def wait_for_the_end(run: JobRun) -> None:
    """Look at the job until it does not run any more, as a part does while it reads. Raises Stopped."""
    run.files.upload(run.files.part_key(0)).write(bytes(PART_BYTES))
    for _ in range(MOST_LOOKS):
        run.job()
        time.sleep(0.1)
    raise Stopped
