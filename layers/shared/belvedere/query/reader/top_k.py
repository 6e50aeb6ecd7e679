"""The strategies that rank entities: by the top-k of days, and by hours inside of a day.

Where a few leaders are enough, `leaders` tells them from the heads of days; a head that its day has outgrown is
corrected by reading a few entities.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from belvedere.query.planner.plan import Scan
from belvedere.query.reader.day_pages import PlanPages, ScanPages
from belvedere.query.reader.day_rows import TOPK_FORMS
from belvedere.query.reader.page_memory import MEMORY, DayPage
from belvedere.rollups import ranking, topk
from belvedere.rollups.pages import Row
from belvedere.rollups.revisions import only_added_to
from belvedere.rollups.rows import by_day
from belvedere.rollups.totals import totals_of, totals_of_days
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR, Key, unescape
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of
from belvedere.utc_days import days, ranges

MORE = 10  # so many more than are asked for are looked at where a day's head was overtaken

Read = Callable[[Scan], Awaitable[list[Item]]]


@dataclass(frozen=True)
class TopK:
    """Answers scans for the busiest of days from the days' top-k; where one was overtaken, from its head as it was, or
    from the totals of all entities of the day."""

    table: WorkspaceTable
    pages: PlanPages

    def answers(self, scan: Scan) -> bool:
        """Scans that ask for a form of top-k."""
        return scan.form in TOPK_FORMS

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows of entities that rank, of each day by itself or of all together."""
        pages = await self.pages.of(scan)
        heads = usable_heads(pages) if scan.form == topk.HEAD_FORM else {}
        outgrown = [day for day in pages.missing if day not in heads]
        rows = await in_thread(lambda: [*totals_of_days(self.table, scan.family, outgrown, None)])
        remember(self.table.name, scan, rows, pages.present)
        ranked = [*chain(*pages.valid.values()), *heads.values(), *rows]
        return summed_up(scan, ranked) if scan.form == topk.TOP_FORM else ranked


@dataclass(frozen=True)
class RankedHours:
    """Answers scans that rank entities by hours inside of a day, of which there is no top-k."""

    table: WorkspaceTable

    def answers(self, scan: Scan) -> bool:
        """Scans of counters to rank by that no page can stand for."""
        return scan.ranked_hours

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows of entities that rank, added up over the hours."""
        return summed_up(scan, await in_thread(partial(self._totals, scan)))

    def _totals(self, scan: Scan) -> list[Item]:
        return [*totals_of_days(self.table, scan.family, days(scan.time_range), scan.time_range)]


async def leaders(scan: Scan, heads: list[Item], read: Read, workspace: str) -> list[Item] | None:
    """The entities that lead, from the heads of days; None where these cannot tell who they are."""
    present = await _renewed(scan, heads, read, workspace)
    return ranking.leading(present, bucket_of(scan.time_range.start, Grain.DAY), scan.measures, scan.reach)


async def _renewed(scan: Scan, rows: list[Item], read: Read, workspace: str) -> list[Item]:
    """Heads again true, where some were overtaken: with the present rows of the few who may lead."""
    overtaken = [row for row in rows if topk.GROWN in row]
    names = ranking.candidates(rows, scan.reach + MORE) if overtaken else []
    few = [(head, name) for head in overtaken for name in names]
    rows_read = await asyncio.gather(*(read(_of_entity(scan, str(head["sk"]), name)) for head, name in few))
    for head in overtaken:
        entity_rows = chain(
            *(of_one for (read_head, _), of_one in zip(few, rows_read, strict=True) if read_head is head)
        )
        totals = totals_of(entity_rows, workspace, scan.family, str(head["sk"]))
        rows = [row for row in rows if row is not head] + [topk.refreshed_head(head, totals, names)]
    return rows


def usable_heads(pages: ScanPages) -> dict[str, Row]:
    """Heads that were overtaken, by day, with how much their day has grown since; without those that cannot tell."""
    overtaken = (day for day in pages.missing if day in pages.stored)
    heads = ((day, _overtaken(pages.stored[day], pages.present[day])) for day in overtaken)
    return {day: head for day, head in heads if head}


def _overtaken(page: DayPage, day: Item) -> Row | None:
    head = page.rows[0] if page.rows else {}
    grown = int(day.get(topk.BUSINESS, 0)) - head.get(topk.SEEN, 0)
    usable = topk.NAMES in head and grown >= 0 and only_added_to(page.revision, int(day["rev"]))
    return {**head, topk.GROWN: grown} if usable else None


def remember(table: str, scan: Scan, rows: list[Item], present: Mapping[str, Item]) -> None:
    """Keep the top-k of days whose entities were read row by row, after the days' revisions were."""
    for day, day_rows in by_day(rows).items():
        for form, content in topk.pages_of_topk(
            day_rows, scan.family, day, int(present[day].get(topk.BUSINESS, 0))
        ).items():
            key = Key(replace(scan, form=form).pages, day)
            MEMORY.put(table, key, DayPage(int(present[day]["rev"]), content))


def summed_up(scan: Scan, rows: list[Item]) -> list[Item]:
    """The top-k of the asked days: of each by itself, or of all together."""
    if not scan.daily:
        return ranking.united(rows, bucket_of(scan.time_range.start, Grain.DAY), scan.measures)
    return [row for day, day_rows in by_day(rows).items() for row in ranking.united(day_rows, day, scan.measures)]


def _of_entity(scan: Scan, day: str, name: str) -> Scan:
    """One entity's rows of a day; its name is as in sort keys."""
    (time_range,) = ranges([day], [day], scan.time_range)
    return replace(
        scan, partition=f"{scan.partition}{SEPARATOR}{unescape(name)}", time_range=time_range, form=None, reach=0
    )
