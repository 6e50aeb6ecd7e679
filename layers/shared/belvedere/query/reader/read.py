"""Reads a plan's rows: everything at once, in as few DynamoDB calls as can be, units counted on the caller's meter.

Days that are sealed are read as pages, checked against the day's present revision. Days that cannot be sealed yet are
read row by row beside them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from belvedere.boards.registry import rollup_tables_of
from belvedere.clock import DAY_MS, now_ms
from belvedere.query.planner.plan import Plan, Scan
from belvedere.query.reader.day_pages import MEMORY, DayPage, Pages, fetches, valid
from belvedere.query.reader.days import days, ranges
from belvedere.query.reader.top_k import TOPK_FORMS, leaders, remember, summed_up, usable_heads
from belvedere.rollups import watermark
from belvedere.rollups.buckets import bucket_of, floor
from belvedere.rollups.revisions import day_partition
from belvedere.rollups.topk import HEAD_FORM, TOP_FORM
from belvedere.rollups.totals import members_of_days, totals_of_days
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, Key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

MANY_DAYS = 400  # beyond so many, most may have no rows, and are not to be looked for one by one

Found = list[tuple[Scan, list[Item]]]
Days = dict[str, Item]  # the rows that carry the revisions of days, by day


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
    _days: dict[tuple[str, str, str], "asyncio.Future[Days]"] = field(default_factory=dict)

    async def rows(self, plan: Plan) -> Found:
        """All rows of a plan by scan, in its order: from pages where they hold, else from the rows themselves.

        One round trip, and a second one for days whose pages are missing or overtaken; for a range of many days one
        more, first, which tells the days that have rows at all.
        """
        if led := await self._led(plan):
            return led
        paged = [scan for scan in plan.scans if scan.form]
        present = self._present(plan) if paged else None
        if present and any(scan.time_range.end - scan.time_range.start > MANY_DAYS * DAY_MS for scan in paged):
            await present
        wanted = dict.fromkeys(Key(scan.pages, day) for scan in paged for day in self._finished(scan, present))
        pages = asyncio.ensure_future(self._pages(list(wanted)))
        rows_of_scans = await asyncio.gather(*(self._answer(scan, plan, present, pages) for scan in plan.scans))
        return list(zip(plan.scans, rows_of_scans, strict=True))

    async def _led(self, plan: Plan) -> Found | None:
        """The answer from the heads of days, where a few leaders are asked for and the heads can tell who they are."""
        scan = plan.scans[0] if plan.scans else None
        if not (scan and scan.reach):
            return None
        heads = replace(plan, scans=(replace(scan, form=HEAD_FORM, reach=0),))
        ((_, rows),) = await self.rows(heads)
        first = await leaders(scan, rows, self._read, self.rollups.workspace)
        return [(scan, first)] if first is not None else None

    async def as_of(self) -> int | None:
        """The fold's watermark, epoch milliseconds; read it before the rows, so that it never promises too much."""
        return await in_thread(partial(watermark.read, self.state, self.clock()))

    async def _answer(
        self, scan: Scan, plan: Plan, present: "asyncio.Future[Days] | None", pages: Awaitable[Pages]
    ) -> list[Item]:
        if scan.ranked_hours:
            return summed_up(scan, await in_thread(partial(self._totals, scan, days(scan.time_range), scan.time_range)))
        if scan.people:
            return await in_thread(partial(self._members, scan, scan.people))
        if present and scan.partition == plan.days and not scan.form:
            return [row for day, row in (await present).items() if scan.low <= day <= scan.high]
        if not (present and scan.form):
            return await self._read(scan)
        finished = dict.fromkeys(self._finished(scan, present))
        coming = self._open(scan)
        opened = asyncio.ensure_future(self._by_row(scan, coming, coming))
        revisions = {day: int(row["rev"]) for day, row in (await present).items()}
        held = {day: page for (pk, day), page in (await pages).items() if pk == scan.pages and day in finished}
        kept = valid(held, revisions)
        missing = [day for day in finished if day in revisions and day not in kept]
        today = bucket_of(self.clock(), Grain.DAY)  # whose top-k may be remembered, and are nowhere else
        MEMORY.drop(self.rollups.name, [Key(scan.pages, day) for day in missing if day < today])
        if scan.form in TOPK_FORMS:
            return await self._topk(scan, await present, held, kept, missing)
        rows = [*chain(*kept.values()), *await self._by_row(scan, missing, revisions), *await opened]
        low, high = scan.low, scan.high
        return rows if scan.time_range.whole_days else [row for row in rows if low <= row["sk"] <= high]

    async def _topk(
        self, scan: Scan, present: Days, held: Mapping[str, DayPage], kept: Mapping[str, list[Item]], missing: list[str]
    ) -> list[Item]:
        """The top-k of days; where one was overtaken, its head as it was, or all rows of the day."""
        heads = usable_heads(held, present, missing) if scan.form == HEAD_FORM else {}
        rows = await self._by_row(scan, [day for day in missing if day not in heads], present)
        remember(self.rollups.name, scan, rows, present)
        ranked = [*chain(*kept.values()), *heads.values(), *rows]
        return summed_up(scan, ranked) if scan.form == TOP_FORM else ranked

    async def _pages(self, wanted: list[Key]) -> Pages:
        """The pages there are, valid or not."""
        pages = MEMORY.among(self.rollups.name, wanted)
        left = [key for key in wanted if key not in pages]
        for fetched in await asyncio.gather(*map(in_thread, fetches(self.rollups, left))):
            pages |= fetched
        return pages

    def _finished(self, scan: Scan, present: "asyncio.Future[Days] | None") -> list[str]:
        """The days of a scan that pages could stand for; later ones cannot be sealed, but their top-k be remembered.

        Where it is known already which days have rows, only those.
        """
        today = bucket_of(self.clock(), Grain.DAY)
        if present is not None and present.done():
            first, last = bucket_of(scan.time_range.start, Grain.DAY), bucket_of(scan.time_range.end - 1, Grain.DAY)
            able = [day for day in present.result() if first <= day <= last]
        else:
            able = days(scan.time_range)
        return [day for day in able if day < today or scan.form in TOPK_FORMS]

    def _open(self, scan: Scan) -> list[str]:
        """The days of a scan that no page can stand for: today, and what comes."""
        today = floor(self.clock(), Grain.DAY)
        return (
            [] if scan.form in TOPK_FORMS else days(TimeRange(max(scan.time_range.start, today), scan.time_range.end))
        )

    async def _by_row(self, scan: Scan, some: list[str], counted: Iterable[str]) -> list[Item]:
        """The rows of some days of a scan, from the rows themselves, in a bounded number of queries.

        `counted` are the days that have rows. Who was busy on a day takes a query for that day: an index tells it.
        """
        if scan.form in TOPK_FORMS:
            return await in_thread(partial(self._totals, scan, some))
        scans = (replace(scan, time_range=time_range) for time_range in ranges(some, counted, scan.time_range))
        read, wanted = await asyncio.gather(*map(self._read, scans)), {*some}
        return [row for row in chain(*read) if str(row["sk"])[:10] in wanted]

    def _totals(self, scan: Scan, some: list[str], within: TimeRange | None = None) -> list[Item]:
        return [*totals_of_days(self.rollups, scan.family, some, within)]

    def _members(self, scan: Scan, people: RollupTable) -> list[Item]:
        return [*members_of_days(self.rollups, people, scan.family.dimensions, days(scan.time_range), scan.time_range)]

    async def _read(self, scan: Scan) -> list[Item]:
        return await in_thread(partial(self._scan, scan))

    def _scan(self, scan: Scan) -> list[Item]:
        return list(self.rollups.query(scan.partition, scan.low, scan.high, consistent=self.consistent))

    async def counted_days(self, event_type: str, time_range: TimeRange) -> list[str]:
        """The UTC days that a range touches and on which events of a type were counted, in order."""
        partition = day_partition(self.rollups.workspace, event_type, rollup_tables_of(event_type))
        first, last = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY)
        return [day for day in await self._days_of(partition, first, last) if first <= day <= last]

    def _present(self, plan: Plan) -> "asyncio.Future[Days]":
        """The present rows of all days that a plan touches; a day without one has no rows at all."""
        first, last = min(scan.low for scan in plan.scans)[:10], max(scan.high for scan in plan.scans)[:10]
        return self._days_of(plan.days, first, last)

    def _days_of(self, days: str, first: str, last: str) -> "asyncio.Future[Days]":
        for (partition, low, high), known in self._days.items():
            if partition == days and low <= first and last <= high:
                return known
        known = asyncio.ensure_future(in_thread(partial(self._day_rows, days, first, last)))
        self._days[days, first, last] = known
        return known

    def _day_rows(self, partition: str, first: str, last: str) -> Days:
        rows = self.rollups.query(partition, first, last + AFTER, consistent=self.consistent)
        return {str(row["sk"]): row for row in rows}
