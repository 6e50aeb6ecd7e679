"""Warms the cache: recomputes answers that were shown stale, and those that are queried most."""

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.query_sampling import Replay, most_frequent
from belvedere.cache.refresh import Job, refresh
from belvedere.clock import Clock
from belvedere.observability import logger
from belvedere.storage.table import WorkspaceTable

MOST = 20  # answers of a workspace to keep warm

QueryOf = Callable[[str], CachedQuery[Any]]


async def refresh_stale(job: Job, query_of: QueryOf, table: WorkspaceTable, clock: Clock) -> bool:
    """Work out again what was shown stale, under its lease; False when that is somebody else's by now."""
    return await refresh(table, job, functools.partial(_work_out, job, query_of), clock)


async def warm_most_frequent(query_of: QueryOf, table: WorkspaceTable, clock: Clock) -> dict[str, int]:
    """Ask what a workspace asks most, as anybody would: an answer that still holds is only looked at.

    One that fails, a release's old form perhaps, does not keep the others cold.
    """
    done = Counter(warmed=0, failed=0)
    for kind, request in most_frequent(table, clock(), MOST):
        try:
            query = query_of(kind)
            await query.answer(table.workspace, query.replayed(request))
            done["warmed"] += 1
        except Exception:
            logger().exception("could not keep warm", kind=kind)
            done["failed"] += 1
    return dict(done)


async def warm_queries(queries: Sequence[Replay], query_of: QueryOf, workspace: str) -> dict[str, int]:
    """Work these questions out anew and keep their answers, whatever is kept of them."""
    done = Counter(warmed=0, failed=0)
    for kind, request in queries:
        try:
            query = query_of(kind)
            await query.answer(workspace, query.replayed(request), bypass=True)
            done["warmed"] += 1
        except Exception:
            logger().exception("could not warm", kind=kind)
            done["failed"] += 1
    return dict(done)


async def _work_out(job: Job, query_of: QueryOf) -> None:
    query = query_of(job.kind)
    await query.answer(job.workspace, query.replayed(job.request), bypass=True, personal=job.personal)
