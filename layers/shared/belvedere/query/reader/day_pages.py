"""The strategy that answers whole days from sealed day pages, fetched in as few calls as can be.

A page holds while its revision is its day's present one. Days that cannot be sealed yet, and those whose page is
missing or overtaken, are read row by row beside them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from belvedere.clock import DAY_MS
from belvedere.query.planner.plan import Scan
from belvedere.query.reader.day_rows import Days, PlanDays
from belvedere.query.reader.page_memory import MEMORY, DayPage, Pages
from belvedere.query.reader.rows import Rows
from belvedere.rollups.pages import Row, unpack
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_start

FEW_DAYS = 10  # up to so many pages of one form are fetched by their keys, together with those of other forms


@dataclass(frozen=True)
class ScanPages:
    """The pages of one scan by day: those `stored`, the rows of the `valid` ones, and the days without a valid one."""

    stored: Mapping[str, DayPage]
    valid: Mapping[str, list[Row]]
    missing: list[str]
    present: Days


@dataclass(frozen=True)
class PlanPages:
    """The pages of all scans of a plan, fetched together."""

    table: WorkspaceTable
    days: PlanDays
    fetched: Awaitable[Pages]

    async def of(self, scan: Scan) -> ScanPages:
        """A scan's pages; what was overtaken is forgotten, so that the next request looks for newer ones."""
        sealable = dict.fromkeys(self.days.sealable(scan))
        present = await self.days.present
        revisions = {day: int(row["rev"]) for day, row in present.items()}
        stored = {day: page for (pk, day), page in (await self.fetched).items() if pk == scan.pages and day in sealable}
        current = valid(stored, revisions)
        missing = [day for day in sealable if day in revisions and day not in current]
        # Today's top-k may be remembered, and is nowhere else.
        MEMORY.drop(self.table.name, [Key(scan.pages, day) for day in missing if day < self.days.today])
        return ScanPages(stored, current, missing, present)


@dataclass(frozen=True)
class DayPages:
    """Answers scans that pages can stand for."""

    pages: PlanPages
    rows: Rows

    def answers(self, scan: Scan) -> bool:
        """Scans that say which form of page stands for their rows."""
        return scan.form is not None

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows of valid pages, and of all other days from the rows themselves."""
        open_days = self.pages.days.unsealable(scan)
        open_rows = asyncio.ensure_future(self.rows.of_days(scan, open_days, open_days))
        pages = await self.pages.of(scan)
        missing_rows = await self.rows.of_days(scan, pages.missing, pages.present)
        rows = [*chain(*pages.valid.values()), *missing_rows, *await open_rows]
        low, high = scan.low, scan.high
        return rows if scan.time_range.whole_days else [row for row in rows if low <= row["sk"] <= high]


async def fetch_pages(table: WorkspaceTable, wanted: list[Key]) -> Pages:
    """The pages there are, valid or not: remembered ones, and the others from the table."""
    pages = MEMORY.among(table.name, wanted)
    left = [key for key in wanted if key not in pages]
    for fetched in await asyncio.gather(*map(in_thread, fetches(table, left))):
        pages |= fetched
    return pages


def fetches(table: WorkspaceTable, wanted: Iterable[Key]) -> Iterator[Callable[[], Pages]]:
    """The calls that fetch some pages, valid or not, and remember them.

    Pages of one partition are one query. Of several, those with few days each are one batch: by the page, each billed
    for itself, but one call. So are a few that lie far apart.
    """
    days: dict[str, list[str]] = {}
    for key in wanted:
        days.setdefault(key.pk, []).append(key.sk)
    few = {pk: names for pk, names in days.items() if len(names) <= FEW_DAYS and (len(days) > 1 or _far_apart(names))}
    if few:
        yield partial(_batch, table, [Key(pk, day) for pk, names in few.items() for day in names])
    for pk in days.keys() - few.keys():
        yield partial(_query, table, pk, min(days[pk]), max(days[pk]))


def _far_apart(days: list[str]) -> bool:
    """Would a query over some days pass over more than it finds?"""
    return bucket_start(max(days)) - bucket_start(min(days)) > 2 * len(days) * DAY_MS


def _batch(table: WorkspaceTable, keys: list[Key]) -> Pages:
    return _read(table, table.batch_get(keys).values())


def _query(table: WorkspaceTable, pk: str, first: str, last: str) -> Pages:
    return _read(table, table.query(pk, first, last))


def _read(table: WorkspaceTable, items: Iterable[Item]) -> Pages:
    pages: Pages = {}
    for item in items:
        packed = item["page"]
        assert isinstance(packed, bytes)
        key = Key(str(item["pk"]), str(item["sk"]))
        pages[key] = DayPage(int(item["rev"]), unpack(packed))
        MEMORY.put(table.name, key, pages[key])
    return pages


def valid(pages: Mapping[str, DayPage], present: Mapping[str, int]) -> dict[str, list[Row]]:
    """The rows of the pages whose revision is their day's present one."""
    return {day: rows for day, (revision, rows) in pages.items() if present.get(day) == revision}
