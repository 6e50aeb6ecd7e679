"""Compares rollup rows with a recount of the raw events, row by row, over a stretch of time.

The recount uses the same pure arithmetic as the fold, on events read back from the log; what it proves is that
everything in between (delivery, retries, crashes, concurrency) lost nothing and added nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from belvedere.clock import HOUR_MS
from belvedere.ingest.event import Event
from belvedere.rollups.cells import CELL_SEPARATOR, without_hours
from belvedere.rollups.contribution import contribution
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.overflow import first_row
from belvedere.rollups.rows import COUNTERS, ROW_FIELDS, SKETCH, row_kinds, without_slots
from belvedere.rollups.sketches import Sketches, named_sketches, sketches_of
from belvedere.rollups.slots import SlotOf, all_in_slots, whole
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, SEPARATOR, Key
from belvedere.storage.keys.rollups import rollup_listing, rollup_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import MINUTE_LIFE_MS, bucket_of, bucket_start
from belvedere.time_ranges import TimeRange, buckets

Rows = dict[Key, dict[str, Any]]


@dataclass(frozen=True)
class Comparison:
    """Both sides of an audit; equal exactly when their rows are."""

    raw: Rows
    rollups: Rows

    @property
    def differences(self) -> list[Key]:
        """Keys whose rows differ, or that only one side has."""
        return sorted(
            key for key in self.raw.keys() | self.rollups.keys() if self.raw.get(key) != self.rollups.get(key)
        )


def compare(
    family: RollupTable,
    time_range: TimeRange,
    events: Iterable[Event],
    rollups: WorkspaceTable,
    now: int,
    slot_of: SlotOf = whole,
) -> Comparison:
    """Recount a family's events of whole days, and read the rows it should equal."""
    raw = recounted(family, events, slot_of)
    rows = stored_rows(family, time_range, rollups)
    stored = joined(rows) if family.entity else shown_rows(rows)
    sides = _with_hours_of_both(raw, stored, family)
    return Comparison(*({k: v for k, v in side.items() if v and lasts(k, now)} for side in sides))


def _with_hours_of_both(raw: Rows, stored: Rows, family: RollupTable) -> tuple[Rows, Rows]:
    """Both sides without the hours of rows that were begun when rows of their kind had none."""
    tags = tuple(
        f"{breakdown.tag}{CELL_SEPARATOR}" for breakdown in family.breakdowns if "hour" not in breakdown.fields
    )
    early = {key for key, row in stored.items() if any(name.startswith(tags) for name in row)} if tags else set[Key]()
    counted = {key.sk: row for key, row in stored.items() if family.hourly and key.pk.split(SEPARATOR)[3] == COUNTERS}
    whole = {sk for sk, row in counted.items() if not all_in_slots(row, family.codes["count"])}

    def comparable(key: Key, row: dict[str, Any]) -> dict[str, Any]:
        if key in early:
            return without_hours(family, row)
        return without_slots(row) if key.sk in whole else row

    first, second = ({key: comparable(key, row) for key, row in side.items()} for side in (raw, stored))
    return first, second


def recounted(family: RollupTable, events: Iterable[Event], slot_of: SlotOf = whole) -> Rows:
    """The rows that these events make, as `shown`."""
    deltas = Deltas()
    for event in events:
        deltas.merge(contribution(event, (family,), slot=slot_of(event)))
    rows: Rows = {key: {n: v for n, v in counts.items() if v} for key, counts in deltas.counters.items()}
    sketches = {key: named_sketches(some, deltas.slotted.get(key, {})) for key, some in deltas.members.items()}
    return rows | {key: distinct_row(some) for key, some in sketches.items()}


def shown_rows(items: Iterable[Item]) -> Rows:
    """Stored rows by key, as `shown`."""
    return {Key(str(item["pk"]), str(item["sk"])): shown(item) for item in items}


def joined(items: Iterable[Item]) -> Rows:
    """Stored rows of entities, those that are one to a reader added up."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, numbers in shown_rows(items).items():
        rows[first_row(key)].update(numbers)
    return {key: {name: number for name, number in numbers.items() if number} for key, numbers in rows.items()}


def shown(item: Item) -> dict[str, Any]:
    """A stored row's numbers without zeros, or its distinct count and fingerprint; empty for an empty row."""
    if SKETCH in item:
        return distinct_row(sketches_of(item))
    return {name: value for name, value in item.items() if name not in ROW_FIELDS and value}


def distinct_row(sketches: Sketches) -> dict[str, Any]:
    """Sketches as an audit shows them: the whole one, and those of slots of its hour under their names."""
    shown = {name.removeprefix(SKETCH): _sketch(sketch) for name, sketch in sketches.items() if sketch.count()}
    return {**shown.pop("", {}), **shown}


def _sketch(sketch: Distinct) -> dict[str, Any]:
    return {"distinct": sketch.count(), "fingerprint": blake2b(sketch.to_bytes(), digest_size=8).hexdigest()}


def stored_rows(family: RollupTable, time_range: TimeRange, rollups: WorkspaceTable) -> Iterator[Item]:
    """Every row of a family in a range of whole days, of all grains and kinds."""
    for grain in family.grains:
        low, high = bucket_of(time_range.start, grain), bucket_of(time_range.end - 1, grain) + AFTER
        for partition in partitions(family, grain, time_range, rollups):
            yield from rollups.query(partition, low, high, consistent=True)


def partitions(family: RollupTable, grain: Grain, time_range: TimeRange, rollups: WorkspaceTable) -> Iterator[str]:
    """The partitions that hold a family's rows of one grain."""
    workspace = rollups.workspace
    if family.entity:
        names = (bucket_of(start, grain) for start in buckets(time_range, grain))
        listings = (rollups.listed(rollup_listing(workspace, family.name, grain, name)) for name in names)
        yield from dict.fromkeys(key.pk for keys in listings for key in keys)
        return
    for kind in row_kinds(family):
        yield rollup_partition(workspace, family.name, grain, kind)


def lasts(key: Key, now: int) -> bool:
    """False for a minute row at the end of its 48 hours, which the table may or may not have removed yet."""
    bucket = key.sk.split("#", 1)[0]
    return len(bucket) < len("2021-01-16T04:44") or bucket_start(bucket) + MINUTE_LIFE_MS > now + HOUR_MS


def checksum(rows: Mapping[Key, Any]) -> str:
    """One short text for many rows: equal rows, equal text."""
    ordered = [[key.pk, key.sk, rows[key]] for key in sorted(rows)]
    return blake2b(msgspec.json.encode(ordered, order="sorted"), digest_size=16).hexdigest()
