"""The ends of a job: completed, failed with a readable error, or cancelled; each is told on the owner's channel."""

import json
import math
from collections.abc import Mapping
from typing import Any

from belvedere import cost
from belvedere.export.jobs.job import RUNNING, ExportJob, Status
from belvedere.export.jobs.run import MILLI, JobRun, Result, Stopped
from belvedere.observability import logger
from belvedere.storage.attributes import Value

LONGEST_ERROR = 500
UNEXPECTED = "something went wrong on our side; retry the job, and name its id when you report it"
TIMED_OUT = "it took longer than a step may; ask for a shorter range, or for fewer columns"
TRANSITIONS = (6, 2)  # of an execution, and more for each part
REQUESTS = (6, 3)  # to S3, likewise; 8 MiB each beyond


def finish(run: JobRun) -> Result:
    """Note that the file is there, and delete what it was made of; repeated, go on where it was broken off. Blocking.

    What comes of it is told once at least.
    """
    try:
        _complete(run)
    except Stopped:
        if not run.is_completed():
            raise
    run.files.delete_parts()
    _announce(run)
    return {}


def _complete(run: JobRun) -> None:
    job = run.job()
    run.change({"status": Status.COMPLETED.value, "ended": run.clock(), "nano_usd": job_cost(job, run.memory_mb)})


def fail(run: JobRun, error: str) -> None:
    """Note why a job failed, unless it has ended, and delete what it has written. Blocking."""
    values = {"status": Status.FAILED.value, "ended": run.clock(), "error": error[:LONGEST_ERROR]}
    try:
        run.change(values)
    except Stopped:
        pass
    else:
        _announce(run)
    run.clean_up()


def fail_by_machine(run: JobRun, error: Mapping[str, Any]) -> Result:
    """Note a failure as the state machine tells it: `Error` names it, `Cause` has the function's own words.

    A job that has its file does not fail by what comes after: that is done now.
    """
    logger().error("export failed", job_id=run.job_id, error=error.get("Error"), cause=str(error.get("Cause"))[:2_000])
    if run.is_completed():
        return finish(run)
    fail(run, readable(error))
    return {}


def readable(error: Mapping[str, Any]) -> str:
    """What to tell of a failure: our own words where there are any, and never a library's."""
    name = str(error.get("Error", ""))
    try:
        cause = json.loads(str(error.get("Cause", "")))
    except ValueError:
        cause = {}
    kind = str(cause.get("errorType", name)) if isinstance(cause, dict) else name
    if "Timeout" in name or "timed out" in str(error.get("Cause", "")).lower() or kind == "TimedOut":
        return TIMED_OUT
    if kind in ("DatabaseUnavailable", "RateLimited"):
        return "the tables were too busy for too long; retry the job"
    return UNEXPECTED


def cancel(run: JobRun) -> bool:
    """End a job that runs; False where it has ended already. Blocking."""
    values: dict[str, Value] = {"status": Status.CANCELLED.value, "ended": run.clock()}
    if not run.store.change(run.job_id, run.attempt, values, now=run.clock(), during=RUNNING):
        return False
    run.files.delete_all()
    return True


def job_cost(job: ExportJob, memory_mb: int) -> int:
    """Nano-USD of an attempt: tables, functions, state machine and requests to S3; not what the file weighs later."""
    prices = cost.prices()
    units = prices.of("read_units", job.read_milli / MILLI) + prices.of("write_units", job.write_milli / MILLI)
    work = prices.of_running(job.work_ms, memory_mb) + prices.of("lambda_calls", 3 + job.parts)
    steps = prices.of("state_transitions", TRANSITIONS[0] + TRANSITIONS[1] * job.parts)
    writes = REQUESTS[0] + REQUESTS[1] * job.parts + math.ceil(job.bytes / (8 * 1024 * 1024))
    return round(units + work + steps + prices.of("s3_writes", writes) + prices.of("s3_reads", writes))


def _announce(run: JobRun) -> None:
    """Tell whoever listens; a job ends in any case."""
    try:
        if job := run.store.get(run.job_id):
            run.announce(run.tables.state, job, run.clock())
    except Exception:
        logger().exception("an export's end was not told", job_id=run.job_id)
