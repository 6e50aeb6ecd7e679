"""Reads a plan's rows: all scans at once, one DynamoDB query each, units counted on the caller's meter.

Days that are sealed are read as pages, checked against the day's present revision.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from belvedere.query.pages import days, forget, read_pages, remembered, runs, valid
from belvedere.query.plan import Plan, Row, Scan
from belvedere.query.ranges import TimeRange
from belvedere.rollups import watermark
from belvedere.rollups.revisions import revisions
from belvedere.rollups.tops import TOP_FORM, day_totals, united
from belvedere.storage.attributes import Item
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
        """All rows of a plan, in scan order: from pages where they hold, else from the rows themselves.

        One round trip, and a second one for days whose pages are missing or overtaken.
        """
        paged = [scan for scan in plan.scans if scan.form]
        present = asyncio.ensure_future(self._revisions(plan.days, paged))
        found = await asyncio.gather(*(self._answer(scan, present) for scan in plan.scans))
        await present
        return [Row(scan, item) for scan, items in zip(plan.scans, found, strict=True) for item in items]

    async def as_of(self) -> int | None:
        """The fold's watermark, epoch milliseconds; read it before the rows, so that it never promises too much."""
        return await in_thread(partial(watermark.read, self.state))

    async def _answer(self, scan: Scan, present: Awaitable[dict[str, int]]) -> list[Item]:
        if not scan.form:
            return await in_thread(partial(self._scan, scan))
        asked = days(scan.part)
        pages = remembered(self.rollups, scan)
        if len(pages) < len(asked):
            pages |= await in_thread(partial(read_pages, self.rollups, scan))
        revisions = await present
        by_day = valid(pages, revisions)
        missing = [day for day in asked if day in revisions and day not in by_day]
        for rows in await asyncio.gather(*(self._run(scan, part) for part in runs(missing))):
            for row in rows:
                by_day.setdefault(str(row["sk"])[:10], []).append(row)
        forget(self.rollups, scan, missing)
        if scan.form == TOP_FORM:
            return _leaders(scan, asked, by_day)
        return [row for day in asked for row in by_day.get(day, ())]

    async def _run(self, scan: Scan, part: TimeRange) -> list[Item]:
        if scan.form == TOP_FORM:
            return await in_thread(partial(self._totals, scan, part))
        return await in_thread(partial(self._scan, replace(scan, part=part)))

    async def _revisions(self, partition: str, paged: list[Scan]) -> dict[str, int]:
        """The present revisions of all days that pages could stand for; a day without one has no rows at all."""
        if not paged:
            return {}
        first, last = min(scan.low for scan in paged)[:10], max(scan.high for scan in paged)[:10]
        return await in_thread(partial(revisions, self.rollups, partition, first, last))

    def _totals(self, scan: Scan, part: TimeRange) -> list[Item]:
        return [row for day in days(part) for row in day_totals(self.rollups, scan.family, day)]

    def _scan(self, scan: Scan) -> list[Item]:
        return list(self.rollups.query(scan.partition, scan.low, scan.high))


def _leaders(scan: Scan, asked: list[str], by_day: dict[str, list[Item]]) -> list[Item]:
    """The tops of the asked days: of each by itself, or of all together."""
    parts = [[day] for day in asked] if scan.daily else [asked]
    tops = ((part[0], [row for day in part for row in by_day.get(day, ())]) for part in parts)
    return [row for day, rows in tops for row in united(rows, day, scan.measures)]
