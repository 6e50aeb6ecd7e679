"""One refresh at a time of an answer that is shown stale: a lease in the Cache table, then an asynchronous invocation.

Whoever holds the lease may refresh, and renews it as the work begins; one who comes too late finds it gone and leaves.
The work stops before the lease ends, so there are never two. A lost refresher blocks nothing: its lease runs out, and
answers get too old to be shown in any case.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from belvedere.cache import store
from belvedere.cache.request import CacheRequest
from belvedere.clock import SECOND_MS, Clock
from belvedere.storage.client import lambda_
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

WORK_S = store.LEASE_MS / SECOND_MS - 5
REMEMBERED = 1_000

Start = Callable[[bytes], None]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A request to ask again, and the lease under which that may be done."""

    workspace: str
    kind: str
    request: dict[str, Any]
    personal: str | None = None
    name: str
    token: str


class Refresher:
    """Starts refreshes, from the process that shows a stale answer."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._begun: dict[tuple[str, str], int] = {}

    def begin(self, table: WorkspaceTable, request: CacheRequest) -> bool:
        """See to it that a refresh runs, by us or by another; False when none can."""
        if request.replay is None:
            return False
        if self._begun.get(request.memory_key, 0) > request.now:
            return True
        token = store.take_lease(table, request.name, request.now)
        if token:
            self._begin(table, request, token)
        if len(self._begun) >= REMEMBERED:
            self._begun.clear()
        self._begun[request.memory_key] = request.now + store.LEASE_MS
        return True

    def _begin(self, table: WorkspaceTable, request: CacheRequest, token: str) -> None:
        job = Job(
            workspace=request.workspace,
            kind=request.kind,
            request=dict(request.replay or {}),
            personal=request.personal,
            name=request.name,
            token=token,
        )
        try:
            self._start(msgspec.json.encode({"refresh": [job]}))
        except Exception:
            store.release_lease(table, request.name, token)
            raise


def start_by_invoke(function: str, payload: bytes) -> None:
    """Start the refresh function and wait for nothing."""
    lambda_().invoke(FunctionName=function, InvocationType="Event", Payload=payload)


async def refresh(table: WorkspaceTable, job: Job, work: Callable[[], Awaitable[object]], clock: Clock) -> bool:
    """Do a refresh under its lease; False when the lease is lost."""
    if not await in_thread(functools.partial(store.renew_lease, table, job.name, job.token, clock())):
        return False
    try:
        async with asyncio.timeout(WORK_S):
            await work()
    finally:
        await in_thread(functools.partial(store.release_lease, table, job.name, job.token))
    return True
