"""Seals finished days: packs their rows into pages, and packs again the days that changed since.

Needs no lock. The revision is read before the rows, so a page that a fold overtook names a revision that is gone. When
all pages of a day are written, its day row is marked with the revision that they name. So a day that is still as it was
costs no more than its row, days may be sealed at any time and in any order, and what was interrupted goes on.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.rollups.pages import MAX_PAGE, pack, page_base, page_forms, page_key, page_rows
from belvedere.rollups.revisions import day_partition
from belvedere.rollups.rows import SEALED, by_day, row_kinds, without_slots
from belvedere.rollups.topk import BUSINESS, HEAD_FORM, TOP_FORM, pages_of_topk
from belvedere.rollups.totals import totals_of_days
from belvedere.schema.rollup_tables import Grain, RollupTable, answering
from belvedere.storage.attributes import Item, encode
from belvedere.storage.keys import AFTER, Key
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.parallel import side_by_side
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of, floor
from belvedere.time_ranges import EVER, TimeRange
from belvedere.utc_days import ranges

SETTLED_MS = HOUR_MS  # a day is left alone for this long after its end: most of its late events come then
LOOK_BACK_DAYS = 100 * 366
TOGETHER_DAYS, TOGETHER_EVENTS = 32, 20_000  # days whose rows are read, and held in memory, together

Counted = dict[str, Item]  # day rows by day


def finished_days(now: int, days: int = LOOK_BACK_DAYS) -> TimeRange:
    """The last `days` UTC days that have settled, at most all there are."""
    end = floor(now - SETTLED_MS, Grain.DAY)
    return TimeRange(max(0, end - days * DAY_MS), end)


@dataclass(frozen=True)
class Seal:
    """Seals the days of one workspace, the newest first, until it is `out_of_time`."""

    rollups: WorkspaceTable
    rollup_tables: Sequence[RollupTable]
    out_of_time: Callable[[], bool] = lambda: False

    def run(self, time_range: TimeRange) -> dict[str, int]:
        """Seal the days of a range that are not; how many were `sealed`, `kept` as they were, and `left` for later.

        Days are counted for each type of event by itself.
        """
        outcome = {"sealed": 0, "kept": 0, "left": 0}
        for event_type in dict.fromkeys(family.event_type for family in answering(self.rollup_tables)):
            days = day_partition(self.rollups.workspace, event_type, self.rollup_tables)
            rollup_tables = [family for family in answering(self.rollup_tables) if family.event_type == event_type]
            counted, due = self._due(days, time_range, _layout(rollup_tables))
            outcome["kept"] += len(counted) - len(due)
            for some in _batches(due):
                if self.out_of_time():
                    outcome["left"] += len(some)
                else:
                    self._seal(days, rollup_tables, list(some), counted)
                    outcome["sealed"] += len(some)
        return outcome

    def _due(self, days: str, time_range: TimeRange, layout: str) -> tuple[list[str], Counted]:
        """The days of a range that have rows, and the rows of those that are not sealed, the newest first."""
        first, last = bucket_of(time_range.start, Grain.DAY), bucket_of(time_range.end - 1, Grain.DAY)
        rows = {str(row["sk"]): row for row in self.rollups.query(days, first, last + AFTER)}
        return [*rows], {day: row for day, row in reversed(rows.items()) if row.get(SEALED) != _mark(row, layout)}

    def _seal(
        self, days: str, rollup_tables: Sequence[RollupTable], some: Sequence[str], counted: Sequence[str]
    ) -> None:
        """Write all pages of some days, then mark the days."""
        keys = [Key(days, day) for day in some]
        present = {key.sk: row for key, row in self.rollups.batch_get(keys, consistent=True).items()}
        for family in rollup_tables:
            for grain, forms in _sets(family):
                self._write(family, grain, forms, present, counted)
        side_by_side(partial(self._mark, days, _layout(rollup_tables)), present.values())

    def _write(
        self, family: RollupTable, grain: Grain, forms: Sequence[str], present: Counted, counted: Sequence[str]
    ) -> None:
        """Pack and write some days, given their day rows (read before their other rows)."""
        base, pages = page_base(self.rollups.workspace, family, grain), list[Item]()
        for day, contents in self._contents(family, grain, forms, present, counted):
            for form, content in contents.items():
                key = page_key(base, form, day)
                with suppress(OverflowError):  # a number of more than 64 bits: that day is read row by row, as below
                    packed = pack(content)
                    if len(packed) <= MAX_PAGE:
                        pages.append({"pk": key.pk, "sk": day, "rev": present[day]["rev"], "page": packed})
        self.rollups.put_all(pages)

    def _contents(
        self, family: RollupTable, grain: Grain, forms: Sequence[str], present: Counted, counted: Sequence[str]
    ) -> Iterator[tuple[str, Mapping[str, list[Any]]]]:
        """What is packed of each day, by form of page."""
        if family.entity:
            totals = by_day(totals_of_days(self.rollups, family, [*present]))
            for day, row in present.items():
                yield day, pages_of_topk(totals.get(day, []), family, day, int(row.get(BUSINESS, 0)))
            return
        kinds = row_kinds(family)
        read = side_by_side(partial(self._rows, family, grain, [*present], counted), kinds)
        for day in present:
            rows = {kind: _packable(family, by_day.get(day, [])) for kind, by_day in zip(kinds, read, strict=True)}
            yield day, {form: page_rows(form, rows) for form in forms}

    def _rows(
        self, family: RollupTable, grain: Grain, some: Sequence[str], counted: Sequence[str], kind: str
    ) -> dict[str, list[Item]]:
        """The rows of one kind by day; of others than `some` days as well, where that takes fewer queries."""
        partition = rollup_partition(self.rollups.workspace, family.name, grain, kind)
        rows = [
            row
            for time_range in ranges(some, counted, EVER)
            for row in self.rollups.query(
                partition,
                bucket_of(time_range.start, Grain.DAY),
                bucket_of(time_range.end - 1, Grain.DAY) + AFTER,
                consistent=True,
            )
        ]
        return by_day(rows)

    def _mark(self, days: str, layout: str, row: Item) -> None:
        """Say that a day is sealed at the revision that its row had; where it has moved on, that says nothing."""
        self.rollups.attempt(
            "update_item",
            Key=self.rollups.key(Key(days, str(row["sk"]))),
            UpdateExpression=f"SET {SEALED} = :mark",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":mark": encode(_mark(row, layout))},
        )


def _packable(family: RollupTable, rows: list[Item]) -> list[Item]:
    """What pages hold of rows: not the hours of days, which are read from the rows themselves."""
    return [without_slots(row) for row in rows] if family.hourly else rows


def _sets(family: RollupTable) -> Iterator[tuple[Grain, tuple[str, ...]]]:
    """The sets of pages of a family whose rows are read together."""
    if family.entity:
        yield Grain.DAY, (TOP_FORM, HEAD_FORM)
        return
    yield from page_forms(family)


def _layout(rollup_tables: Sequence[RollupTable]) -> str:
    """A short name of which pages a day has: another where a family or a form is added."""
    names = [f"{family.name} {grain} {' '.join(forms)}" for family in rollup_tables for grain, forms in _sets(family)]
    return f"{zlib.crc32('; '.join(names).encode()):08x}"


def _mark(row: Item, layout: str) -> str:
    return f"{int(row['rev'])} {layout}"


def _batches(due: Counted) -> Iterator[list[str]]:
    """Days whose rows are read together: no more than fit in memory."""
    some, events = list[str](), 0
    for day, row in due.items():
        count = int(row.get(BUSINESS, 0))
        if some and (len(some) == TOGETHER_DAYS or events + count > TOGETHER_EVENTS):
            yield some
            some, events = [], 0
        some.append(day)
        events += count
    if some:
        yield some
