"""The fold: adds every change of the Events table to the rollups exactly once.

Delivery it relies on: at least once, in write order per Events partition. What it gives: after any crash,
retry, repetition, split or overlap, each change is in every rollup row it touches once. See `commit` and `lanes`.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from belvedere.rollups import aside, checkpoint, watermark
from belvedere.rollups.changes import Change, Families, by_partition
from belvedere.rollups.checkpoint import CheckpointMoved, Refused
from belvedere.rollups.chunks import Chunk, chunks, newer
from belvedere.rollups.commit import commit
from belvedere.rollups.lanes import LAST, Checkpoint
from belvedere.rollups.slots import SlotOf, whole
from belvedere.storage.keys import Key, workspace_of
from belvedere.storage.table import WorkspaceTable

CHECKPOINT_RACES = 10


@dataclass
class FoldReport:
    """What a batch came to."""

    changes: int = 0
    folded: int = 0
    repeated: int = 0
    put_aside: int = 0
    transactions: int = 0
    recounts: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Fold:
    """Folds batches of stream records; everything it touches is given to it."""

    client: Any
    rollups: str
    state: str
    families: Families
    clock: Callable[[], int]
    sleep: Callable[[float], None] = time.sleep
    slots: Callable[[str], SlotOf] = lambda _: whole  # of a workspace: how its hours are taken apart

    def batch(self, records: Iterable[Mapping[str, Any]]) -> FoldReport:
        """Fold one batch. Raises what DynamoDB raises when trouble outlasts the retries: let it all come again."""
        groups = by_partition(records, self.families)
        report = FoldReport()
        for partition, changes in groups.items():
            self._partition(partition, changes, report)
        for workspace, received in watermark.newest(change for group in groups.values() for change in group).items():
            watermark.advance(self.table(self.state, workspace), received)
        return report

    def _partition(self, partition: str, changes: Sequence[Change], report: FoldReport) -> None:
        report.changes += len(changes)
        state = self.table(self.state, changes[0].workspace)
        for _ in range(CHECKPOINT_RACES):
            since = checkpoint.read(state, partition)
            records = aside.read(state) if any(change.before for change in changes) else {}  # after the checkpoint
            report.repeated += len(changes) - len(newer(changes, since.of(LAST)))
            try:
                slot_of = self.slots(state.workspace)
                PartitionFold(self, report, partition, since, changes, set(records), slot_of).fold(changes)
                return
            except CheckpointMoved:
                continue  # somebody else folded some of these: look again which are left
        raise CheckpointMoved(f"the checkpoint of {partition} never held still")

    def table(self, name: str, workspace: str) -> WorkspaceTable:
        return WorkspaceTable(self.client, name, workspace, sleep=self.sleep)


@dataclass
class PartitionFold:
    """Folds changes of one partition, whose checkpoint was read as `since`.

    `delivered` are all of this delivery; `aside` are the keys of events that count nowhere.
    """

    fold_of: Fold
    report: FoldReport
    partition: str
    since: Checkpoint
    delivered: Sequence[Change]
    aside: set[Key]
    slot_of: SlotOf = whole

    def fold(self, changes: Sequence[Change]) -> None:
        """Fold changes in order. What DynamoDB refuses for good is closed in on, half by half, and put aside."""
        left = newer(changes, min(self.since.positions))
        try:
            for chunk in chunks(list(aside.settled(left, self.aside)), self.fold_of.families, self.since, self.slot_of):
                self._commit(chunk)
        except Refused as refused:
            left = newer(left, min(self.since.positions))
            if len(left) == 1:
                self._put_aside(next(aside.settled(left, self.aside)), str(refused))
                return
            half = len(left) // 2
            self.fold(left[:half])
            self.fold(left[half:])

    def _put_aside(self, change: Change, why: str) -> None:
        put = partial(aside.aside_chunk, change, self.fold_of.families, self.since, slot_of=self.slot_of)
        later = (one.sequence for one in self.delivered if one.key == change.key and one.sequence > change.sequence)
        try:
            self._commit(put(why, later=min(later, default="")))
        except Refused as refused:  # not even its taking back is possible: go on, and say so
            why = f"{why}; some rollups may count it: {refused}"
            self._commit(put(why, bare=True))
        if change.after:
            self.aside.add(change.key)

    def _commit(self, chunk: Chunk) -> None:
        fold = self.fold_of
        rollups, state = (fold.table(name, workspace_of(self.partition)) for name in (fold.rollups, fold.state))
        commit(chunk, rollups, state, partition=self.partition, since=self.since, now=fold.clock(), sleep=fold.sleep)
        self.since = chunk.after
        self.aside -= {change.key for change in chunk.changes if change.readmits}
        self.report.folded += len(chunk.changes)
        self.report.put_aside += len(chunk.poisons)
        self.report.transactions += 1
        if chunk.deltas.removed or chunk.deltas.lessened:
            self.report.recounts.add(state.workspace)
