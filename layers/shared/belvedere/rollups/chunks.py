"""Cuts a run of changes into parts that fit one transaction each: by lane, then by event, never by row of a lane.

DynamoDB takes 100 actions a transaction and 4 KiB of expression an update, whence the two limits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from belvedere.rollups.changes import Change, TablesOfType, stored
from belvedere.rollups.contribution import contributions
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.lanes import LANES, LAST, START, Checkpoint
from belvedere.rollups.slots import SlotOf, whole

MAX_ACTIONS = 100
ROOM = MAX_ACTIONS - 4  # beside the checkpoint, the log's entry and its number, and the note for GET /health
MAX_ATTRIBUTES = 250

NOTHING = Deltas()

Split = Mapping[str, Mapping[str, Deltas]]  # what each change does, by its sequence number and by lane


@dataclass
class Chunk:
    """What is committed together with the checkpoint's move to `after`, in `actions` beside it.

    `changes` are those that are in the last lane with it, and so in all.
    """

    after: Checkpoint
    deltas: Deltas = field(default_factory=Deltas)
    actions: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def poisons(self) -> list[Change]:
        """Changes that are put aside."""
        return [change for change in self.changes if change.poison]

    @property
    def rewrites(self) -> bool:
        """Is anything taken away?"""
        return any(change.before or change.refused for change in self.changes)

    def take(self, lane_part: "LanePart") -> None:
        """Commit a part of a lane, too."""
        self.after = self.after.on(lane_part.lane, lane_part.changes[-1].sequence)
        if self.actions:
            self.deltas.merge(lane_part.deltas)
        else:
            self.deltas = lane_part.deltas  # most chunks are one part
        self.actions += lane_part.actions
        self.changes += lane_part.changes if lane_part.lane == LAST else []


@dataclass
class LanePart:
    """Changes in a row, and what they do in one lane."""

    lane: str
    changes: list[Change] = field(default_factory=list)
    deltas: Deltas = field(default_factory=Deltas)
    actions: int = 0

    def more(self, change: Change, deltas: Deltas) -> int:
        """How many more actions it takes to take in a change."""
        own = self.deltas
        rows = sum(key not in own.counters for key in deltas.counters)
        recounts = sum(key not in own.removed for key in deltas.removed)
        lessened = sum(key not in own.lessened for key in deltas.lessened)
        return rows + 2 * recounts + lessened + bool(change.noted and self.lane == LAST)

    def wide(self, deltas: Deltas) -> bool:
        """Would a row get more attributes than one update takes?"""
        counters = self.deltas.counters
        return any(
            len(counters[key]) + len(counts) > MAX_ATTRIBUTES
            and len(counters[key].keys() | counts.keys()) > MAX_ATTRIBUTES
            for key, counts in deltas.counters.items()
            if key in counters
        )

    def take(self, change: Change, deltas: Deltas, actions: int) -> None:
        """Take in a change."""
        self.changes.append(change)
        self.deltas.merge(deltas)
        self.actions += actions


def chunks(
    changes: Sequence[Change], rollup_tables: TablesOfType, since: Checkpoint = START, slot_of: SlotOf = whole
) -> Iterator[Chunk]:
    """The changes after a checkpoint, lane by lane in order, in chunks that each fit one transaction."""
    left = newer(changes, min(since.positions))
    split = {change.sequence: change_deltas(change, rollup_tables, slot_of) for change in left}
    chunk = Chunk(since)
    for lane in LANES:
        for number, lane_part in enumerate(parts(newer(changes, since.of(lane)), split, lane)):
            if chunk.after != since and (number or chunk.actions + lane_part.actions > ROOM):
                yield chunk
                chunk = Chunk(since := chunk.after)
            chunk.take(lane_part)
    if chunk.after != since:
        yield chunk


def parts(changes: Iterable[Change], split: Split, lane: str) -> Iterator[LanePart]:
    """The changes in order, in parts that each fit one transaction as far as this lane is concerned."""
    lane_part = LanePart(lane)
    for change in changes:
        deltas = split[change.sequence].get(lane)
        if deltas is None and not change.noted:
            lane_part.changes.append(change)
            continue
        deltas = deltas or NOTHING
        more = lane_part.more(change, deltas)
        if lane_part.changes and (lane_part.actions + more > ROOM or lane_part.wide(deltas)):
            yield lane_part
            lane_part = LanePart(lane)
            more = lane_part.more(change, deltas)
        lane_part.take(change, deltas, more)
    if lane_part.changes:
        yield lane_part


def change_deltas(change: Change, rollup_tables: TablesOfType, slot_of: SlotOf = whole) -> dict[str, Deltas]:
    """What a change does to the rollups, by lane: the old image's part is taken away, the new one's added.

    Rollups outlive raw events: what expires is taken only from families that count what is stored.
    """
    before, after = change.before, change.after
    added = contributions(after, rollup_tables(after.type), 1, slot_of(after)) if after else {}
    if not before:
        return added
    counted = rollup_tables(before.type)
    lanes = contributions(before, stored(counted) if change.expired else counted, -1, slot_of(before))
    for lane, deltas in added.items():
        lanes[lane].merge(deltas)
    if after and slot_of(after) != slot_of(before):
        return lanes  # who stays in the hour may have gone from a slot of it
    for deltas in lanes.values():
        gone = {key: members - deltas.members.get(key, set()) for key, members in deltas.removed.items()}
        deltas.removed = {key: members for key, members in gone.items() if members}
    return lanes


def newer(changes: Iterable[Change], since: str) -> list[Change]:
    """The changes after `since`, each later than all before it: a batch may hold a record twice, too."""
    left: list[Change] = []
    for change in changes:
        if change.sequence > since:
            left.append(change)
            since = change.sequence
    return left
