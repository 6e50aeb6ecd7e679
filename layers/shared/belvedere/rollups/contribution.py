"""What one event adds to the rollups: a pure function, used alike by the fold, the audit and the proofs.

A removed or replaced event contributes the same numbers with the opposite sign, except to distinct rows:
a member cannot be subtracted, so the row is named for a recount instead.
"""

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from belvedere.clock import SECOND_MS
from belvedere.ingest.event import Event
from belvedere.rollups.cells import cell_name, cell_values, slotted_tag
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.lanes import lane_of
from belvedere.rollups.rows import COUNTERS, DISTINCT, HISTOGRAM, Counts, holdable, minute_name
from belvedere.rollups.slots import SLOT, hour_of_day
from belvedere.schema.rollup_tables import Grain, Measure, RollupTable, field_value
from belvedere.sketches.distinct import member
from belvedere.sketches.histogram import bin_of
from belvedere.storage.keys import Key
from belvedere.storage.keys.rollups import rollup_listing, rollup_partition, rollup_sort
from belvedere.time_buckets import MINUTE_LIFE_MS, WIDTH_MS, bucket_of, floor, part_of_day


def contribution(event: Event, rollup_tables: tuple[RollupTable, ...], sign: int = 1, slot: str = "") -> Deltas:
    """What an event adds (`sign` 1) or takes away (-1); `slot` is the one of its hour that it counts in as well."""
    deltas = Deltas()
    for deltas_of_lane in contributions(event, rollup_tables, sign, slot).values():
        deltas.merge(deltas_of_lane)
    return deltas


def contributions(
    event: Event, rollup_tables: tuple[RollupTable, ...], sign: int = 1, slot: str = ""
) -> dict[str, Deltas]:
    """The same by lane."""
    lanes: dict[str, Deltas] = defaultdict(Deltas)
    sums: tuple[Measure, ...] | None = None
    moved: list[tuple[str, int]] = []
    for family in rollup_tables:
        dims = tuple(field_value(event, name) for name in family.dimensions)
        entity = field_value(event, family.entity) if family.entity else None
        if None in dims or (family.entity and entity is None) or not holdable(dims):
            continue
        if sums is not family.measures:  # families of a type mostly share them
            sums, moved = family.measures, [(name, sign * number) for name, number in measures(event, family.measures)]
        for grain in family.grains:
            if grain is not Grain.MINUTE or minute_row_lives(event):
                lane = lane_of(family, grain, dims, entity, bucket_of(event.time, grain))
                own_slot = "" if family.stored else slot  # listings know no zone
                row_slot = hour_of_day(event) if family.hourly else own_slot
                _Rows(event, family, grain, dims, entity, moved, sign, row_slot).add_to(lanes[lane])
    return lanes


def minute_row_lives(event: Event) -> bool:
    """Minute rows live 48 h, so an event received later than that never had one."""
    return event.time + MINUTE_LIFE_MS > event.received


@dataclass(slots=True)
class _Rows:
    """The rows of one family and grain that one event touches."""

    event: Event
    family: RollupTable
    grain: Grain
    dims: tuple[str, ...]
    entity: str | None
    moved: Sequence[tuple[str, int]]
    sign: int
    slot: str

    def add_to(self, deltas: Deltas) -> None:
        if self.family.entity:
            self._add_cells(deltas)
            return
        key = self._key(deltas, COUNTERS)
        if self.sign < 0 and self.family.personal:
            deltas.lessened.add(key)
        counts = deltas.counters[key]
        for name, number in self.moved:
            counts[name] += number
        if self.grain is Grain.HOUR and self.family.minutes:
            self._add_minute(counts)
        if self._slotted:
            for name, number in self.moved:
                counts[f"{self.family.codes[name]}{SLOT}{self.slot}"] += number
        if self.grain is not Grain.MINUTE:  # quantiles of minutes are not asked for, and would cost as much as days'
            self._add_bins(deltas)
        self._add_members(deltas)

    @property
    def _slotted(self) -> bool:
        """Is it a row of an hour, or of a day, that is taken apart?"""
        return bool(self.slot) and (self.grain is Grain.HOUR or self.family.hourly)

    def _add_minute(self, counts: Counts) -> None:
        for name, number in self.moved:
            if name in self.family.minutes:
                counts[minute_name(self.family, name, self.event.time)] += number

    def _add_bins(self, deltas: Deltas) -> None:
        for name in self.family.histograms:
            value = field_value(self.event, name)
            if value is not None:
                counts, name_of_bin = deltas.counters[self._key(deltas, f"{HISTOGRAM}.{name}")], bin_of(value)
                counts[name_of_bin] += self.sign
                if self._slotted:
                    counts[f"{name_of_bin}{SLOT}{self.slot}"] += self.sign

    def _add_members(self, deltas: Deltas) -> None:
        for name in self.family.distincts:
            value = field_value(self.event, name)
            if value is None:
                continue
            key = self._key(deltas, f"{DISTINCT}.{name}")
            (deltas.members if self.sign > 0 else deltas.removed)[key].add(member(value))
            if self._slotted and self.sign > 0 and not self.family.people:
                deltas.slotted[key][self.slot].add(member(value))

    def _add_cells(self, deltas: Deltas) -> None:
        key = self._key(deltas, COUNTERS)
        if self.sign < 0:
            deltas.lessened.add(key)
        bucket = bucket_of(self.event.time, self.grain)
        deltas.listings[key] = rollup_listing(self.event.workspace, self.family.name, self.grain, bucket)
        counts, hour = deltas.counters[key], hour_of_day(self.event)
        for breakdown in self.family.breakdowns:
            values, tag = cell_values(self.event, breakdown), slotted_tag(breakdown, self.slot, hour)
            if not any(values):
                continue
            for name, number in self.moved:
                if breakdown.measures is None or name in breakdown.measures:
                    counts[cell_name(tag, values, self.family.codes[name])] += number

    def _key(self, deltas: Deltas, kind: str) -> Key:
        event, name, grain = self.event, self.family.name, self.grain
        bucket = bucket_of(event.time, grain) if self.entity is None else part_of_day(event.time)
        key = _row_key(event.workspace, name, grain, kind, self.entity, bucket, self.dims)
        if grain is Grain.MINUTE:
            deltas.expires[key] = (floor(event.time, grain) + WIDTH_MS[grain] + MINUTE_LIFE_MS) // SECOND_MS
        return key


@functools.lru_cache(maxsize=8192)  # events of a batch share most of their rows, and a key is a dozen small texts
def _row_key(
    workspace: str, family: str, grain: Grain, kind: str, entity: str | None, bucket: str, dims: tuple[str, ...]
) -> Key:
    return Key(rollup_partition(workspace, family, grain, kind, entity), rollup_sort(bucket, dims))


def measures(event: Event, sums: tuple[Measure, ...]) -> Iterator[tuple[str, int]]:
    """The counters one event moves: `count`, then each sum (and how many had a value)."""
    yield "count", 1
    for measure in sums:
        value = field_value(event, measure.field)
        if value is None or (measure.where and not field_value(event, measure.where)):
            continue
        yield measure.name, round(value * measure.scale)
        if measure.counted:
            yield f"{measure.name}_n", 1
