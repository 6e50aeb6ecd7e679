"""Mends what subtraction cannot: distinct rows that lost a member, and entity rows left empty by an erasure.

A distinct row is rebuilt from the raw events of its bucket, and only when they are all still there (as many
as its counters say); otherwise it waits, and after a day is left as it is: raw retention has passed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from belvedere.clock import DAY_MS
from belvedere.ingest.event import Event
from belvedere.rollups import aside
from belvedere.rollups.cells import without_hours
from belvedere.rollups.contribution import minute_row_lives
from belvedere.rollups.members import write_sketches
from belvedere.rollups.overflow import first_row, read_rows
from belvedere.rollups.pages import page_base, page_forms, page_key
from belvedere.rollups.rawlog import events_between
from belvedere.rollups.revisions import bump, day_partition
from belvedere.rollups.rows import COUNTERS, ROW_FIELDS, SKETCH, without_slots
from belvedere.rollups.sketches import Sketches, named_sketches, sketches_of
from belvedere.rollups.slots import SlotOf, hour_of_day, whole
from belvedere.rollups.topk import HEAD_FORM, TOP_FORM
from belvedere.rollups.totals import entity_partition
from belvedere.schema.rollup_tables import Grain, RollupTable, field_value
from belvedere.sketches.distinct import member
from belvedere.storage.attributes import Item, encode
from belvedere.storage.keys import SEPARATOR, Key
from belvedere.storage.keys.rollups import rollup_partition, split_rollup_sort
from belvedere.storage.keys.state import recount_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import WIDTH_MS, bucket_start

PATIENCE_MS = DAY_MS


@dataclass(frozen=True)
class Recount:
    """Works through the notes of one workspace."""

    events: WorkspaceTable
    rollups: WorkspaceTable
    state: WorkspaceTable
    rollup_tables: dict[str, RollupTable]
    slices: int
    now: int
    slot_of: SlotOf = whole
    written: list[Key] = field(default_factory=list)
    aside: dict[Key, Item] = field(default_factory=dict)

    def wrote(self) -> bool:
        """Has any rollup row changed?"""
        return bool(self.written)

    def run(self) -> dict[str, int]:
        """Handle every note; how many were `mended`, `waiting` and `given_up`."""
        outcome = {"mended": 0, "waiting": 0, "given_up": 0}
        self.aside.update(aside.read(self.state))  # what is put aside later makes a count differ, and its row waits
        notes = list(self.state.query(recount_partition(self.state.workspace), consistent=True))
        for note in reversed(notes):  # rows that are beside a first one before it
            verdict = self._handle(note)
            outcome[verdict] += 1
            if verdict != "waiting":
                self._forget(note)
        return outcome

    def _handle(self, note: Item) -> str:
        key = Key(str(note["row_pk"]), str(note["row_sk"]))
        if self._mend(key):
            return "mended"
        if self.now - int(note["since"]) <= PATIENCE_MS:
            return "waiting"
        return "given_up" if self._leave(key) else "waiting"

    def _leave(self, key: Key) -> bool:
        """Take a distinct row as it is from now on: it may still count a member that was erased."""
        row = self.rollups.get(key, consistent=True)
        return row is None or SKETCH not in row or self._write(key, sketches_of(row), row)

    def _write(self, key: Key, sketches: Sketches, row: Item) -> bool:
        expires = row.get("expires")
        if not write_sketches(self.rollups, key, sketches, row, expires=int(expires) if expires else None):
            return False
        self.written.append(key)
        self._move(key)
        return True

    def _move(self, key: Key) -> None:
        """Say that a day's pages are out of date. A crash before leaves the note, and so a second try."""
        family = self.rollup_tables[key.pk.split("#")[1]]
        days = day_partition(self.rollups.workspace, family.event_type, tuple(self.rollup_tables.values()))
        bump(self.rollups, days, key.sk[:10])

    def _mend(self, key: Key) -> bool:
        _, name, grain, kind, *_ = key.pk.split("#")
        if kind == COUNTERS and self.rollup_tables[name].entity:
            return self._drop_entity(key)
        row = self.rollups.get(key, consistent=True)  # first the revision, then the events: see members
        if row is None:
            return True
        if kind == COUNTERS:
            return self._drop_empty(key, row)
        bucket, dims = split_rollup_sort(key.sk)
        family, name_of = self.rollup_tables[name], kind.partition(".")[2]
        events = list(self._events(family, Grain(grain), bucket, dims))
        counters = Key(rollup_partition(self.rollups.workspace, name, grain, COUNTERS), key.sk)
        counted = self.rollups.get(counters, consistent=True) or {}
        if len(events) != int(counted.get("count", 0)):
            return False
        slot_of = self._slot_of(family, Grain(grain))
        members: dict[str, set[int]] = defaultdict(set)
        for event in events:
            if (value := field_value(event, name_of)) is not None:
                members[slot_of(event)].add(member(value))
        everybody = set[int]().union(*members.values())
        members.pop("", None)
        return self._write(key, named_sketches(everybody, members), row)

    def _slot_of(self, family: RollupTable, grain: Grain) -> SlotOf:
        """Which slot of a distinct row of this family and grain an event counts in."""
        if family.hourly:
            return whole if family.people else hour_of_day
        return self.slot_of if grain is Grain.HOUR and not family.stored else whole

    def _events(self, family: RollupTable, grain: Grain, bucket: str, dims: tuple[str, ...]) -> list[Event]:
        start = bucket_start(bucket)
        events = events_between(
            self.events, family.event_type, start, start + WIDTH_MS[grain], slices=self.slices, aside=self.aside,
        )  # fmt: skip
        return [
            event
            for event in events
            if tuple(field_value(event, name) for name in family.dimensions) == dims
            and (grain is not Grain.MINUTE or minute_row_lives(event))
        ]

    def _drop_entity(self, key: Key) -> bool:
        """Delete an entity's row when it is empty; the first of several goes last and tells of the others."""
        first = first_row(key)
        rows = {str(row["sk"]): row for row in read_rows(self.rollups, first)}
        row, others = rows.get(key.sk), [sk for sk in rows if sk != key.sk]
        if row and not (key == first and others) and not self._drop_empty(key, row):
            return False
        dropped = row is None or self._is_empty(key, row)
        return self._drop_entity(first) if dropped and key != first and others == [first.sk] else True

    def _drop_empty(self, key: Key, row: Item) -> bool:
        """Delete a user's row when all its numbers are zero: an erased user leaves no trace."""
        if not self._is_empty(key, row):
            return True
        self.rollups.delete_all(self._pages(key))  # they name the user; the day is sealed again without
        self._move(key)
        self.written.append(key)
        return self._delete_if_still(self.rollups, key, "rev", int(row["rev"]))

    def _is_empty(self, key: Key, row: Item) -> bool:
        """Are all numbers zero? By the whole: slots and hours may have been begun after what was taken away."""
        family = self.rollup_tables[key.pk.split(SEPARATOR)[1]]
        numbers = {name: value for name, value in without_slots(row).items() if name not in ROW_FIELDS}
        return not any((without_hours(family, numbers) if family.entity else numbers).values())

    def _pages(self, key: Key) -> list[Key]:
        """Every page that a row's day may be packed in."""
        workspace, name, grain = key.pk.split("#")[:3]
        family, day = self.rollup_tables[name], key.sk[:10]
        if family.entity:
            return [page_key(entity_partition(workspace, family), form, day) for form in (TOP_FORM, HEAD_FORM)]
        base = page_base(workspace, family, Grain(grain))
        return [page_key(base, form, day) for packed, forms in page_forms(family) if packed == grain for form in forms]

    def _forget(self, note: Item) -> None:
        """Delete a note, unless the row was noted again meanwhile."""
        key = Key(str(note["pk"]), str(note["sk"]))
        self._delete_if_still(self.state, key, "since", int(note["since"]))

    @staticmethod
    def _delete_if_still(table: WorkspaceTable, key: Key, name: str, value: int) -> bool:
        condition: dict[str, Any] = {"ConditionExpression": f"{name} = :read"}
        condition["ExpressionAttributeValues"] = {":read": encode(value)}
        return table.attempt("delete_item", Key=table.key(key), **condition)
