"""Ranks entities by the top-k of days; a head that its day has outgrown is corrected by reading a few entities."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import chain

from belvedere.query.planner.plan import Scan
from belvedere.query.reader.day_pages import MEMORY, DayPage
from belvedere.query.reader.days import ranges
from belvedere.rollups import ranking, topk
from belvedere.rollups.buckets import bucket_of
from belvedere.rollups.pages import Row
from belvedere.rollups.revisions import only_added_to
from belvedere.rollups.rows import by_day
from belvedere.rollups.totals import totals_of
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR, Key, unescape

TOPK_FORMS = (topk.TOP_FORM, topk.HEAD_FORM)
MORE = 10  # so many more than are asked for are looked at where a day's head was overtaken

Read = Callable[[Scan], Awaitable[list[Item]]]


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
        own_rows = chain(*(own for (read_head, _), own in zip(few, rows_read, strict=True) if read_head is head))
        totals = totals_of(own_rows, workspace, scan.family, str(head["sk"]))
        rows = [row for row in rows if row is not head] + [topk.refreshed_head(head, totals, names)]
    return rows


def usable_heads(held: Mapping[str, DayPage], present: Mapping[str, Item], missing: list[str]) -> dict[str, Row]:
    """Heads that were overtaken, by day, with how much their day has grown since; without those that cannot tell."""
    heads = ((day, _overtaken(held[day], present[day])) for day in missing if day in held)
    return {day: head for day, head in heads if head}


def _overtaken(page: DayPage, day: Item) -> Row | None:
    head = page.rows[0] if page.rows else {}
    grown = int(day.get(topk.BUSINESS, 0)) - head.get(topk.SEEN, 0)
    usable = topk.NAMES in head and grown >= 0 and only_added_to(page.revision, int(day["rev"]))
    return {**head, topk.GROWN: grown} if usable else None


def remember(table: str, scan: Scan, rows: list[Item], present: Mapping[str, Item]) -> None:
    """Keep the top-k of days whose entities were read row by row, after the days' revisions were."""
    for day, own in by_day(rows).items():
        for form, content in topk.pages_of_topk(own, scan.family, day, int(present[day].get(topk.BUSINESS, 0))).items():
            key = Key(replace(scan, form=form).pages, day)
            MEMORY.put(table, key, DayPage(int(present[day]["rev"]), content))


def summed_up(scan: Scan, rows: list[Item]) -> list[Item]:
    """The top-k of the asked days: of each by itself, or of all together."""
    if not scan.daily:
        return ranking.united(rows, bucket_of(scan.time_range.start, Grain.DAY), scan.measures)
    return [row for day, own in by_day(rows).items() for row in ranking.united(own, day, scan.measures)]


def _of_entity(scan: Scan, day: str, name: str) -> Scan:
    """One entity's rows of a day; its name is as in sort keys."""
    (time_range,) = ranges([day], [day], scan.time_range)
    return replace(
        scan, partition=f"{scan.partition}{SEPARATOR}{unescape(name)}", time_range=time_range, form=None, reach=0
    )
