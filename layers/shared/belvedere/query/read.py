"""Reads a plan's rows: all scans at once, one DynamoDB query each, units counted on the caller's meter."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar

from belvedere.query.plan import Plan, Row, Scan
from belvedere.rollups import watermark
from belvedere.storage.table import WorkspaceTable

PARALLEL = 16

Result = TypeVar("Result")


@functools.cache
def pool() -> ThreadPoolExecutor:
    """The process's reading threads, made at first use."""
    return ThreadPoolExecutor(PARALLEL, thread_name_prefix="read")


async def in_thread(call: Callable[[], Result]) -> Result:
    """Run blocking I/O beside the event loop, with the present context (and so the present meter)."""
    return await asyncio.get_running_loop().run_in_executor(pool(), copy_context().run, call)


@dataclass(frozen=True)
class Reader:
    """Reads the rollups and the watermark of one workspace."""

    rollups: WorkspaceTable
    state: WorkspaceTable

    async def rows(self, plan: Plan) -> list[Row]:
        """All rows of a plan, in scan order."""
        found = await asyncio.gather(*(in_thread(functools.partial(self._scan, scan)) for scan in plan.scans))
        return [row for rows in found for row in rows]

    async def as_of(self) -> int | None:
        """The fold's watermark, epoch milliseconds; read it before the rows, so that it never promises too much."""
        return await in_thread(functools.partial(watermark.read, self.state))

    def _scan(self, scan: Scan) -> list[Row]:
        return [Row(scan, item) for item in self.rollups.query(scan.partition, scan.low, scan.high)]
