"""Seals finished days: packs their rows into pages, and packs again the days that changed since.

Needs no lock. The revision is read before the rows, so a page that a fold overtook names a revision that is gone.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from belvedere.boards.base.families import Family, Grain
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.choose import answering
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import bucket_of, floor
from belvedere.rollups.pages import MAX_PAGE, pack, page_base, page_forms, page_key, page_rows
from belvedere.rollups.revisions import day_family, day_partition, revisions
from belvedere.rollups.rows import row_kinds
from belvedere.rollups.tops import BUSINESS, HEAD_FORM, TOP_FORM, pages_of
from belvedere.rollups.totals import day_totals
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.rollups import rollup_partition
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
        for family in answering(self.families):
            days = day_partition(self.rollups.workspace, day_family(family.event_type, self.families))
            counted = {str(row["sk"]): row for row in self.rollups.query(days, first, last + AFTER, consistent=True)}
            present = {day: int(row["rev"]) for day, row in counted.items()}
            for grain, forms in self._sets(family):
                mark = page_key(page_base(self.rollups.workspace, family, grain), forms[0], first)
                sealed = revisions(self.rollups, mark.pk, first, last)
                due = [day for day, revision in present.items() if sealed.get(day) != revision]
                for day in due:
                    self._write(family, grain, forms, counted[day])
                outcome["sealed"] += len(due)
                outcome["kept"] += len(present) - len(due)
        return outcome

    def _sets(self, family: Family) -> Iterator[tuple[Grain, tuple[str, ...]]]:
        """The sets of pages of a family that are written together; the first form of each tells that it is there."""
        if family.entity:
            yield Grain.DAY, (TOP_FORM, HEAD_FORM)
            return
        yield from page_forms(family)

    def _write(self, family: Family, grain: Grain, forms: Sequence[str], counted: Item) -> None:
        """Pack and write a day, given its row of counts (read before its other rows)."""
        base, day, revision = page_base(self.rollups.workspace, family, grain), str(counted["sk"]), int(counted["rev"])
        for form, content in reversed(self._contents(family, grain, forms, day, int(counted.get(BUSINESS, 0))).items()):
            key = page_key(base, form, day)
            with suppress(OverflowError):  # a number of more than 64 bits: that day is read row by row, as a larger one
                packed = pack(content)
                if len(packed) <= MAX_PAGE:
                    self.rollups.put_all([{"pk": key.pk, "sk": key.sk, "rev": revision, "page": packed}])

    def _contents(
        self, family: Family, grain: Grain, forms: Sequence[str], day: str, seen: int
    ) -> dict[str, list[Any]]:
        """What is packed of a day with so many events, by form of page."""
        if family.entity:
            return pages_of(day_totals(self.rollups, family, day), family, day, seen)
        rows = {kind: list(self._rows(family, grain, kind, day)) for kind in row_kinds(family)}
        return {form: page_rows(form, rows) for form in forms}

    def _rows(self, family: Family, grain: Grain, kind: str, day: str) -> Iterator[Item]:
        partition = rollup_partition(self.rollups.workspace, family.name, grain, kind)
        return self.rollups.query(partition, day, day + AFTER, consistent=True)
