"""The strategies that read rollup rows one by one, from the rows themselves."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from belvedere.query.planner.plan import Scan
from belvedere.query.reader.day_rows import PlanDays
from belvedere.rollups.totals import members_of_days
from belvedere.storage.attributes import Item
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.utc_days import days, ranges


@dataclass(frozen=True)
class Rows:
    """Reads a scan's rows by one query. Answers every scan whose rows are what they say, so it comes last."""

    table: WorkspaceTable
    consistent: bool = False

    def answers(self, scan: Scan) -> bool:
        """All scans but those whose rows are computed from others."""
        return not scan.ranked_hours and scan.people is None

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows, in order of their sort keys."""
        return await in_thread(partial(self._query, scan))

    async def of_days(self, scan: Scan, wanted: Iterable[str], counted: Iterable[str]) -> list[Item]:
        """The rows of some days of a scan, in a bounded number of queries; `counted` are the days that have rows."""
        wanted = frozenset(wanted)
        scans = (replace(scan, time_range=time_range) for time_range in ranges(wanted, counted, scan.time_range))
        rows = await asyncio.gather(*map(self.fetch, scans))
        return [row for row in chain(*rows) if str(row["sk"])[:10] in wanted]

    def _query(self, scan: Scan) -> list[Item]:
        return list(self.table.query(scan.partition, scan.low, scan.high, consistent=self.consistent))


@dataclass(frozen=True)
class Members:
    """Counts the distinct members of hours inside of a day from the cells of those who were there."""

    table: WorkspaceTable

    def answers(self, scan: Scan) -> bool:
        """Scans that say whose cells tell the members."""
        return scan.people is not None

    async def fetch(self, scan: Scan) -> list[Item]:
        """One row a day and combination of dimension values."""
        return await in_thread(partial(self._members, scan))

    def _members(self, scan: Scan) -> list[Item]:
        assert scan.people is not None
        dimensions, time_range = scan.family.dimensions, scan.time_range
        return [*members_of_days(self.table, scan.people, dimensions, days(time_range), time_range)]


@dataclass(frozen=True)
class DayCounters:
    """Takes counters of days without dimensions from the rows that carry the days' revisions, which are read anyhow."""

    partition: str
    days: PlanDays

    def answers(self, scan: Scan) -> bool:
        """Scans of the very partition of the days' rows."""
        return scan.partition == self.partition and not scan.form

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows of the scan's days."""
        return [row for day, row in (await self.days.present).items() if scan.low <= day <= scan.high]
