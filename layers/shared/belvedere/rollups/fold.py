"""The fold: adds every change of the Events table to the rollups exactly once.

Delivery it relies on: at least once, in write order per Events partition. What it gives: after any crash,
retry, repetition, split or overlap, each change is in every rollup row it touches once. See `commit` and `lanes`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from belvedere.rollups import aside, checkpoint, watermark
from belvedere.rollups.changes import Change, TablesOfType, by_partition
from belvedere.rollups.checkpoint import CheckpointMoved, TransactionRefused
from belvedere.rollups.chunks import Chunk, chunks, newer
from belvedere.rollups.commit import Outbox, commit
from belvedere.rollups.lanes import LAST, Checkpoint
from belvedere.rollups.revisions import is_day_row
from belvedere.rollups.slots import SlotOf, whole
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key, workspace_of
from belvedere.storage.table import WorkspaceTable

CHECKPOINT_RACES = 10
FULL_RECORDS = 1_000  # the BatchSize of the function in the template
FULL_BYTES = 1_000_000  # a stream gives no more at a time


@dataclass
class FoldReport:
    """What a batch came to."""

    changes: int = 0
    folded: int = 0
    repeated: int = 0
    put_aside: int = 0
    transactions: int = 0
    recounts: set[str] = field(default_factory=set)
    changed_days: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # UTC days by workspace


@dataclass(frozen=True)
class Fold:
    """Folds batches of stream records; everything it touches is given to it, and the `outbox` of its transactions."""

    client: Any
    rollups: str
    state: str
    rollup_tables: TablesOfType
    outbox: Outbox
    clock: Callable[[], int]
    sleep: Callable[[float], None] = time.sleep
    slots: Callable[[str], SlotOf] = lambda _: whole  # of a workspace: how its hours are taken apart

    def batch(self, records: Iterable[Mapping[str, Any]]) -> FoldReport:
        """Fold one batch. Raises what DynamoDB raises when trouble outlasts the retries: let it all come again."""
        records = list(records)
        groups = by_partition(records, self.rollup_tables)
        report = FoldReport()
        for partition, changes in groups.items():
            try:
                self._partition(partition, changes, report)
            except Exception:
                self._fall_behind(changes, watermark.FAILED_MS)
                raise
        self._tell_progress([change for group in groups.values() for change in group], full=is_full(records))
        return report

    def _tell_progress(self, changes: Sequence[Change], *, full: bool) -> None:
        """Note how fresh the rollups are now. After a full batch, more of its last partition may be waiting."""
        ordered = sorted(changes, key=lambda change: change.sequence)
        for workspace, received in watermark.newest(ordered).items():
            own = [change for change in ordered if change.workspace == workspace]
            state = self.table(self.state, workspace)
            known = watermark.fetch(state)
            caught_up = {change.partition for change in own} - ({own[-1].partition} if full else set())
            watermark.catch_up(state, caught_up, self.clock(), known)
            if full:
                last = [change for change in reversed(own) if change.partition == own[-1].partition]
                self._fall_behind(last, watermark.FULL_MS, known)
            watermark.advance(state, received)

    def _fall_behind(self, changes: Sequence[Change], lasts_ms: int, known: Item | None = None) -> None:
        """What was received with the first of these changes that brings an event, or after it, may not be folded.

        The others do not tell: what is taken away was received long ago, and was in.
        """
        for partition, event in ((change.partition, change.after) for change in changes if change.after):
            state = self.table(self.state, event.workspace)
            with suppress(Exception):  # what made the batch fail may make this fail, and has to be told
                watermark.fall_behind(
                    state, partition, event.received, now=self.clock(), lasts_ms=lasts_ms, known=known
                )
            return

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


def is_full(records: Sequence[Mapping[str, Any]]) -> bool:
    """Is a batch as large as batches can be, so that more may be waiting behind it?"""
    size = sum(int(record["dynamodb"].get("SizeBytes", 0)) for record in records)
    return len(records) >= FULL_RECORDS or size >= FULL_BYTES


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
            due = list(aside.settled(left, self.aside))
            for chunk in chunks(due, self.fold_of.rollup_tables, self.since, self.slot_of):
                self._commit(chunk)
        except TransactionRefused as refused:
            left = newer(left, min(self.since.positions))
            if len(left) == 1:
                self._put_aside(next(aside.settled(left, self.aside)), str(refused))
                return
            half = len(left) // 2
            self.fold(left[:half])
            self.fold(left[half:])

    def _put_aside(self, change: Change, why: str) -> None:
        put = partial(aside.aside_chunk, change, self.fold_of.rollup_tables, self.since, slot_of=self.slot_of)
        later = (
            other.sequence for other in self.delivered if other.key == change.key and other.sequence > change.sequence
        )
        try:
            self._commit(put(why, later=min(later, default="")))
        except TransactionRefused as refused:  # not even its taking back is possible: go on, and say so
            why = f"{why}; some rollups may count it: {refused}"
            self._commit(put(why, bare=True))
        if change.after:
            self.aside.add(change.key)

    def _commit(self, chunk: Chunk) -> None:
        fold = self.fold_of
        rollups, state = (fold.table(name, workspace_of(self.partition)) for name in (fold.rollups, fold.state))
        commit(chunk, rollups, state, partition=self.partition, since=self.since, outbox=fold.outbox, now=fold.clock(),
               sleep=fold.sleep)  # fmt: skip
        self.since = chunk.after
        self.aside -= {change.key for change in chunk.changes if change.readmits}
        self.report.folded += len(chunk.changes)
        self.report.put_aside += len(chunk.poisons)
        self.report.transactions += 1
        self.report.changed_days[state.workspace] |= {key.sk for key in chunk.deltas.counters if is_day_row(key)}
        if chunk.deltas.removed or chunk.deltas.lessened:
            self.report.recounts.add(state.workspace)
