"""Cuts a run of changes into parts that fit one transaction each: by event, never by row.

DynamoDB takes 100 actions a transaction and 4 KiB of expression an update, whence the two limits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from belvedere.boards.base import Family
from belvedere.rollups.changes import Change
from belvedere.rollups.deltas import Deltas, contribution

MAX_ACTIONS = 100
MAX_ATTRIBUTES = 250

Families = Callable[[str], tuple[Family, ...]]


@dataclass
class Chunk:
    """Changes that are committed together with the checkpoint's move to the last of them."""

    changes: list[Change] = field(default_factory=list)
    deltas: Deltas = field(default_factory=Deltas)

    @property
    def last(self) -> str:
        """The sequence number the checkpoint moves to."""
        return self.changes[-1].sequence

    @property
    def poisons(self) -> list[Change]:
        """Changes that are put aside."""
        return [change for change in self.changes if change.poison]


def change_deltas(change: Change, families: Families) -> Deltas:
    """What a change does to the rollups: the old image's contribution is taken away, the new one's added."""
    deltas = Deltas()
    if change.before:
        deltas.merge(contribution(change.before, families(change.before.type), -1))
    if change.after:
        deltas.merge(contribution(change.after, families(change.after.type)))
    gone = {key: members - deltas.members.get(key, set()) for key, members in deltas.removed.items()}
    deltas.removed = {key: members for key, members in gone.items() if members}
    return deltas


def chunks(changes: Sequence[Change], families: Families) -> Iterator[Chunk]:
    """The changes in order, in chunks that each fit one transaction."""
    chunk = Chunk()
    for change in changes:
        deltas = change_deltas(change, families)
        if chunk.changes and not _fits(chunk, change, deltas):
            yield chunk
            chunk = Chunk()
        chunk.changes.append(change)
        chunk.deltas.merge(deltas)
    if chunk.changes:
        yield chunk


def _fits(chunk: Chunk, change: Change, deltas: Deltas) -> bool:
    rows = chunk.deltas.counters.keys() | deltas.counters.keys()
    recounts = chunk.deltas.removed.keys() | deltas.removed.keys()
    aside = len(chunk.poisons) + bool(change.poison)
    lessened = chunk.deltas.lessened | deltas.lessened
    if 1 + len(rows) + 2 * len(recounts) + len(lessened) + aside > MAX_ACTIONS:
        return False
    return all(
        len(chunk.deltas.counters[key].keys() | counts.keys()) <= MAX_ATTRIBUTES
        for key, counts in deltas.counters.items()
        if key in chunk.deltas.counters
    )
