"""Refreshes kept answers: those it is told to, and on a schedule what each workspace asks most.

Started by an endpoint that has just shown a stale answer ({"refresh": [job]}), by an admin who wants some answers warm
({"warm": {...}}), and by a schedule. It has no route, and
only invocations reach it: a request from outside can neither name a job nor look like one.
"""

import asyncio
import importlib
from collections import Counter
from typing import Any

import msgspec

from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.query_sampling import Replay
from belvedere.cache.refresh import Job
from belvedere.cache.warming import refresh_stale, warm_most_frequent, warm_queries
from belvedere.clock import now_ms
from belvedere.observability import is_warm_up, logger, warmed
from belvedere.storage.entities.store import workspace_names
from belvedere.storage.tables import tables
from belvedere.usage.measure import job
from cache.query_table import QUERIES

ROUTE = "cache.refresh"


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Lambda entry point; counts of what was done."""
    if is_warm_up(event):
        return warmed("cache.refresh")
    if "refresh" in event:
        done = run_refresh_jobs(event["refresh"], context)
    elif "warm" in event:
        done = warm_requested(event["warm"], context)
    else:
        done = warm_scheduled(context)
    logger().info("refreshed", done=done)
    return done


def run_refresh_jobs(jobs: list[dict[str, Any]], context: Any) -> dict[str, int]:
    """Do the jobs of an event."""
    done: Counter[bool] = Counter()
    for refresh_job in msgspec.convert(jobs, list[Job]):
        with job(ROUTE, {refresh_job.workspace: 1}, context, of="refreshes"):
            done[asyncio.run(refresh_stale(refresh_job, query_of, tables(refresh_job.workspace).cache, now_ms))] += 1
    return {"refreshed": done[True], "left": done[False]}


def warm_requested(what: dict[str, Any], context: Any) -> dict[str, int]:
    """Warm what somebody asked for: {"workspace", "asks": [[kind, request]]}."""
    workspace, asks = what["workspace"], msgspec.convert(what["asks"], list[Replay])
    with job(ROUTE, {workspace: len(asks)}, context, of="refreshes"):
        return asyncio.run(warm_queries(asks, query_of, workspace))


def warm_scheduled(context: Any) -> dict[str, int]:
    """Keep every workspace warm."""
    done = Counter(warmed=0, failed=0)
    for workspace in workspace_names():
        with job(ROUTE, {workspace: 1}, context, of="refreshes"):
            done.update(asyncio.run(warm_most_frequent(query_of, tables(workspace).cache, now_ms)))
    return dict(done)


def query_of(kind: str) -> CachedQuery[Any]:
    """The query that answers a kind. Raises KeyError for one that nobody declared."""
    query = importlib.import_module(QUERIES[kind]).QUERY
    assert isinstance(query, CachedQuery)
    return query
