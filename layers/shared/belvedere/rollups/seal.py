"""Seals finished days: packs their rows into pages, and packs again the days that changed since.

Needs no lock. The revision is read before the rows, so a page that a fold overtook names a revision that is gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.boards.base import Family, Grain
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import bucket_of, floor
from belvedere.rollups.deltas import DISTINCT, row_kinds
from belvedere.rollups.pages import COUNTS, MAX_PAGE, ROWS, counted, pack, page_key, paged_grains
from belvedere.rollups.revisions import day_family, day_partition, revisions
from belvedere.rollups.tops import TOP_FORM, by_columns, day_totals, entity_partition, top
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, rollup_partition
from belvedere.storage.table import WorkspaceTable

SETTLED_MS = HOUR_MS  # a day is left alone for this long after its end: most of its late events come then
LOOK_BACK_DAYS = 400


def finished_days(now: int, days: int = LOOK_BACK_DAYS) -> TimeRange:
    """The last `days` UTC days that have settled."""
    end = floor(now - SETTLED_MS, Grain.DAY)
    return TimeRange(end - days * DAY_MS, end)


@dataclass(frozen=True)
class Seal:
    """Seals the days of one workspace."""

    rollups: WorkspaceTable
    families: Sequence[Family]

    def run(self, part: TimeRange) -> dict[str, int]:
        """Make every page of a range of whole days valid; how many were `sealed`, and `kept` as they were."""
        outcome = {"sealed": 0, "kept": 0}
        first, last = bucket_of(part.start, Grain.DAY), bucket_of(part.end - 1, Grain.DAY)
        for family in self.families:
            days = day_partition(self.rollups.workspace, day_family(family.event_type, self.families))
            present = revisions(self.rollups, days, first, last, consistent=True)
            for partition, form in self._partitions(family):
                sealed = revisions(self.rollups, page_key(partition, form, first).pk, first, last)
                due = [day for day, revision in present.items() if sealed.get(day) != revision]
                for day in due:
                    self.rollups.put_all(self._pages(family, partition, day, present[day]))
                outcome["sealed"] += len(due)
                outcome["kept"] += len(present) - len(due)
        return outcome

    def _partitions(self, family: Family) -> Iterator[tuple[str, str]]:
        """What has pages of a family: each partition, and the form of page that tells whether a day of it is sealed."""
        if family.entity:
            yield entity_partition(self.rollups.workspace, family), TOP_FORM
            return
        for grain in paged_grains(family):
            for kind in row_kinds(family):
                yield rollup_partition(self.rollups.workspace, family.name, grain, kind), ROWS

    def _pages(self, family: Family, partition: str, day: str, revision: int) -> Iterator[Item]:
        for form, content in self._forms(family, partition, day).items():
            key, packed = page_key(partition, form, day), pack(content)
            if len(packed) <= MAX_PAGE:  # a larger day is read row by row
                yield {"pk": key.pk, "sk": key.sk, "rev": revision, "page": packed}

    def _forms(self, family: Family, partition: str, day: str) -> dict[str, list[Any]]:
        """What is packed of a partition's day, by form of page."""
        if family.entity:
            return {TOP_FORM: [by_columns(top(day_totals(self.rollups, family, day), day), day)]}
        rows = list(self.rollups.query(partition, day, day + AFTER, consistent=True))
        return {ROWS: rows} | ({COUNTS: counted(rows)} if f"#{DISTINCT}." in partition else {})
