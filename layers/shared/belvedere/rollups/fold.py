"""The fold: adds every change of the Events table to the rollups exactly once.

Delivery it relies on: at least once, in write order per Events partition. What it gives: after any crash,
retry, repetition, split or overlap, each change is in every rollup row it touches once. See `commit` and `lanes`.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from belvedere.rollups import checkpoint, watermark
from belvedere.rollups.changes import Change, Families, by_partition
from belvedere.rollups.checkpoint import CheckpointMoved
from belvedere.rollups.chunks import chunks, newer
from belvedere.rollups.commit import commit
from belvedere.rollups.lanes import LAST, Checkpoint
from belvedere.rollups.slots import SlotOf, whole
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
            watermark.advance(self._table(self.state, workspace), received)
        return report

    def _partition(self, partition: str, changes: Sequence[Change], report: FoldReport) -> None:
        report.changes += len(changes)
        for _ in range(CHECKPOINT_RACES):
            since = checkpoint.read(self._table(self.state, changes[0].workspace), partition)
            try:
                self._fold_since(partition, since, changes, report)
                return
            except CheckpointMoved:
                continue  # somebody else folded some of these: look again which are left
        raise CheckpointMoved(f"the checkpoint of {partition} never held still")

    def _fold_since(self, partition: str, since: Checkpoint, changes: Sequence[Change], report: FoldReport) -> None:
        report.repeated += len(changes) - len(newer(changes, since.of(LAST)))
        rollups, state = (self._table(name, changes[0].workspace) for name in (self.rollups, self.state))
        for chunk in chunks(changes, self.families, since, self.slots(state.workspace)):
            commit(chunk, rollups, state, partition=partition, since=since, now=self.clock(), sleep=self.sleep)
            since = chunk.after
            report.folded += len(chunk.changes)
            report.put_aside += len(chunk.poisons)
            report.transactions += 1
            if chunk.deltas.removed or chunk.deltas.lessened:
                report.recounts.add(state.workspace)

    def _table(self, name: str, workspace: str) -> WorkspaceTable:
        return WorkspaceTable(self.client, name, workspace, sleep=self.sleep)
