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
from belvedere.rollups.deltas import COUNTERS, DISTINCT, HISTOGRAM
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


def kinds(family: Family) -> Iterator[str]:
    """Every kind of row a family has."""
    yield COUNTERS
    yield from (f"{HISTOGRAM}.{name}" for name in family.histograms)
    yield from (f"{DISTINCT}.{name}" for name in family.distincts)


@dataclass(frozen=True)
class Seal:
    """Seals the days of one workspace."""

    rollups: WorkspaceTable
    families: Sequence[Family]

    def run(self, part: TimeRange) -> dict[str, int]:
        """Make every page of a range of whole days valid; how many were `sealed`, and `kept` as they were."""
        outcome = {"sealed": 0, "kept": 0}
        for family in self.families:
            if family.entity:
                self._days(family, entity_partition(self.rollups.workspace, family), TOP_FORM, part, outcome)
                continue
            for grain in paged_grains(family):
                for kind in kinds(family):
                    partition = rollup_partition(self.rollups.workspace, family.name, grain, kind)
                    self._days(family, partition, ROWS, part, outcome)
        return outcome

    def _days(self, family: Family, partition: str, form: str, part: TimeRange, outcome: dict[str, int]) -> None:
        first, last = bucket_of(part.start, Grain.DAY), bucket_of(part.end - 1, Grain.DAY)
        days = day_partition(self.rollups.workspace, day_family(family.event_type, self.families))
        present = revisions(self.rollups, days, first, last, consistent=True)
        sealed = revisions(self.rollups, page_key(partition, form, first).pk, first, last)
        for day, revision in present.items():
            if sealed.get(day) == revision:
                outcome["kept"] += 1
                continue
            self.rollups.put_all(self._pages(family, partition, day, revision))
            outcome["sealed"] += 1

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
