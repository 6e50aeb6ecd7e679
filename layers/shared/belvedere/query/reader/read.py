"""Reads a plan's rows: everything at once, in as few DynamoDB calls as can be, units counted on the caller's meter.

How is chosen by the scan: the first of the reader's strategies (see `strategy`) that can answer it fetches it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from belvedere.clock import DAY_MS, now_ms
from belvedere.query.planner.plan import Plan, Scan
from belvedere.query.reader.day_pages import DayPages, PlanPages, fetch_pages
from belvedere.query.reader.day_rows import DayRows, PlanDays
from belvedere.query.reader.rows import DayCounters, Members, Rows
from belvedere.query.reader.strategy import Strategy
from belvedere.query.reader.top_k import RankedHours, TopK, leaders
from belvedere.rollups import watermark
from belvedere.rollups.revisions import day_partition
from belvedere.rollups.topk import HEAD_FORM
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange

MANY_DAYS = 400  # beyond so many, most may have no rows, and are not to be looked for one by one

ScannedRows = list[tuple[Scan, list[Item]]]


@dataclass(frozen=True)
class Reader:
    """Reads the rollups and the watermark of one workspace, for one request: days' revisions are read once.

    A `consistent` one sees every fold that has ended, at twice the units: for who was told that something changed and
    asks what it came to. (Rankings by the busiest of a day are told by an index, which has no such reads.)
    """

    rollups: WorkspaceTable
    state: WorkspaceTable
    clock: Callable[[], int] = now_ms
    consistent: bool = False

    async def rows(self, plan: Plan) -> ScannedRows:
        """All rows of a plan by scan, in its order: from pages where they hold, else from the rows themselves.

        One round trip, and a second one for days whose pages are missing or overtaken; for a range of many days one
        more, first, which tells the days that have rows at all.
        """
        if leading := await self._leading(plan):
            return leading
        strategies = await self.strategies(plan)
        chosen = (next(strategy for strategy in strategies if strategy.answers(scan)) for scan in plan.scans)
        reads = [strategy.fetch(scan) for strategy, scan in zip(chosen, plan.scans, strict=True)]
        return list(zip(plan.scans, await asyncio.gather(*reads), strict=True))

    async def strategies(self, plan: Plan) -> Sequence[Strategy]:
        """The ways to read a plan, the most specific first; where pages can stand for rows, they are being fetched."""
        computed = (RankedHours(self.rollups), Members(self.rollups))
        paged = [scan for scan in plan.scans if scan.form]
        if not paged:
            return *computed, self._by_row
        days = PlanDays(self._day_rows.of_plan(plan), bucket_of(self.clock(), Grain.DAY))
        if any(scan.time_range.end - scan.time_range.start > MANY_DAYS * DAY_MS for scan in paged):
            await days.present
        wanted = dict.fromkeys(Key(scan.pages, day) for scan in paged for day in days.sealable(scan))
        pages = PlanPages(self.rollups, days, asyncio.ensure_future(fetch_pages(self.rollups, list(wanted))))
        return (
            *computed,
            TopK(self.rollups, pages),
            DayCounters(plan.days, days),
            DayPages(pages, self._by_row),
            self._by_row,
        )

    async def as_of(self) -> int | None:
        """The fold's watermark, epoch milliseconds; read it before the rows, so that it never promises too much."""
        return await in_thread(partial(watermark.read, self.state, self.clock()))

    async def counted_days(self, event_type: str, time_range: TimeRange) -> list[str]:
        """The UTC days that a range touches and on which events of a type were counted, in order."""
        partition = day_partition(self.rollups.workspace, event_type, catalog().rollup_tables_of(event_type))
        first, last = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY)
        return [day for day in await self._day_rows.between(partition, first, last) if first <= day <= last]

    async def _leading(self, plan: Plan) -> ScannedRows | None:
        """The answer from the heads of days, where a few leaders are asked for and the heads can tell who they are."""
        scan = plan.scans[0] if plan.scans else None
        if not (scan and scan.reach):
            return None
        heads = replace(plan, scans=(replace(scan, form=HEAD_FORM, reach=0),))
        ((_, rows),) = await self.rows(heads)
        first = await leaders(scan, rows, self._by_row.fetch, self.rollups.workspace)
        return [(scan, first)] if first is not None else None

    @cached_property
    def _by_row(self) -> Rows:
        return Rows(self.rollups, self.consistent)

    @cached_property
    def _day_rows(self) -> DayRows:
        return DayRows(self.rollups, self.consistent)
