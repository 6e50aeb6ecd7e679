"""The rows that carry the revisions of days, and which days of a plan sealed pages can stand for."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from belvedere.query.planner.plan import Plan, Scan
from belvedere.rollups.topk import HEAD_FORM, TOP_FORM
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread
from belvedere.time_buckets import bucket_of, bucket_start
from belvedere.time_ranges import TimeRange
from belvedere.utc_days import days

TOPK_FORMS = (TOP_FORM, HEAD_FORM)

Days = dict[str, Item]  # the rows that carry the revisions of days, by day


@dataclass(frozen=True)
class DayRows:
    """Reads the rows of days, each range of a partition once."""

    table: WorkspaceTable
    consistent: bool = False
    _reads: dict[tuple[str, str, str], "asyncio.Future[Days]"] = field(default_factory=dict)

    def of_plan(self, plan: Plan) -> "asyncio.Future[Days]":
        """The rows of all days that a plan touches; a day without one has no rows at all."""
        first, last = min(scan.low for scan in plan.scans)[:10], max(scan.high for scan in plan.scans)[:10]
        return self.between(plan.days, first, last)

    def between(self, partition: str, first: str, last: str) -> "asyncio.Future[Days]":
        """The rows of the days from `first` to `last`, and maybe of others."""
        for (read_partition, low, high), read in self._reads.items():
            if read_partition == partition and low <= first and last <= high:
                return read
        read = asyncio.ensure_future(in_thread(partial(self._query, partition, first, last)))
        self._reads[partition, first, last] = read
        return read

    def _query(self, partition: str, first: str, last: str) -> Days:
        rows = self.table.query(partition, first, last + AFTER, consistent=self.consistent)
        return {str(row["sk"]): row for row in rows}


@dataclass(frozen=True)
class PlanDays:
    """The days of a plan: their `present` rows, and which are over before `today`."""

    present: "asyncio.Future[Days]"
    today: str

    def sealable(self, scan: Scan) -> list[str]:
        """The days of a scan that pages could stand for; later ones cannot be sealed, but their top-k be remembered.

        Where it is known already which days have rows, only those.
        """
        if self.present.done():
            first, last = bucket_of(scan.time_range.start, Grain.DAY), bucket_of(scan.time_range.end - 1, Grain.DAY)
            candidates = [day for day in self.present.result() if first <= day <= last]
        else:
            candidates = days(scan.time_range)
        return [day for day in candidates if day < self.today or scan.form in TOPK_FORMS]

    def unsealable(self, scan: Scan) -> list[str]:
        """The days of a scan that no page can stand for: today, and what comes."""
        return days(TimeRange(max(scan.time_range.start, bucket_start(self.today)), scan.time_range.end))
