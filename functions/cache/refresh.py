"""Refreshes kept answers: those it is told to, and on a schedule what each workspace asks most.

Started by an endpoint that has just shown a stale answer ({"refresh": [job]}), and by a schedule. It has no route, and
only invocations reach it: a request from outside can neither name a job nor look like one.
"""

import asyncio
import functools
import importlib
from typing import Any

import msgspec

from belvedere.cache.asked import hottest
from belvedere.cache.refresh import Job, refresh
from belvedere.cache.view import View
from belvedere.clock import now_ms
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.storage.directory import workspace_names
from belvedere.storage.tables import tables

VIEWS = {
    "dashboard:summary": "learning.summary",
    "dashboard:timeseries": "learning.timeseries",
    "dashboard:aggregation": "learning.aggregation",
    "query": "ops.query",
    "flat": "belvedere.cache.flat",
}  # kind of answer -> the handler module that declares its VIEW
MOST = 20  # answers of a workspace to keep warm


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Lambda entry point; counts of what was done."""
    if is_warm_up(event):
        return warmed("cache.refresh")
    done = asyncio.run(refreshed(event["refresh"]) if "refresh" in event else kept_warm())
    logger().info("refreshed", done=done)
    return done


async def refreshed(jobs: list[dict[str, Any]]) -> dict[str, int]:
    """Work out what was shown stale, each under its lease; a job whose lease is lost is somebody else's."""
    done = 0
    for job in msgspec.convert(jobs, list[Job]):
        done += await refresh(tables(job.workspace).cache, job, functools.partial(work_out, job), now_ms)
    return {"refreshed": done, "left": len(jobs) - done}


async def work_out(job: Job) -> None:
    """Ask a job's request again, whatever is kept."""
    view = view_of(job.kind)
    await view.answer(job.workspace, view.replayed(job.request), bypass=True, personal=job.personal)


async def kept_warm() -> dict[str, int]:
    """Ask what is asked most, as anybody would: an answer that still holds is only looked at."""
    done = failed = 0
    for workspace in workspace_names():
        for kind, request in hottest(tables(workspace).cache, now_ms(), MOST):
            try:
                view = view_of(kind)
                await view.answer(workspace, view.replayed(request))
                done += 1
            except Exception:  # one that fails, a release's old form perhaps, does not keep the others cold
                logger().exception("could not keep warm", kind=kind)
                failed += 1
    return {"warmed": done, "failed": failed}


def view_of(kind: str) -> View[Any]:
    """The view that answers a kind. Raises KeyError for one that nobody declared."""
    view = importlib.import_module(VIEWS[kind]).VIEW
    assert isinstance(view, View)
    return view
