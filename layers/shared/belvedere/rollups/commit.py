"""Writes one chunk of folded changes: counters, marks, put-aside records and the checkpoint, or nothing at all.

Exactly once: the checkpoint moves in the same transaction, on condition that nobody moved it since it was
read. So however often a chunk is tried, by whomever, it is added at most once; and as the stream
delivers until it is acknowledged, at least once. Distinct rows gain their members in it too, as far as they fit;
the others before it, while the checkpoint stands where it was read: merging twice changes nothing. And what is to be
told of the changes goes out with them: the caller's transactional outbox, asked anew for each attempt.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from belvedere.rollups import checkpoint
from belvedere.rollups.aside import put_aside, readmitted
from belvedere.rollups.changes import Change
from belvedere.rollups.checkpoint import Action, TransactionRefused
from belvedere.rollups.chunks import MAX_ACTIONS, ROOM, Chunk
from belvedere.rollups.lanes import Checkpoint
from belvedere.rollups.members import merges
from belvedere.rollups.overflow import MAX_ROW, Write, blind, placed, read_rows
from belvedere.rollups.revisions import REWRITTEN, is_day_row
from belvedere.rollups.rows import WIDTH, Counts
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import recount_partition
from belvedere.storage.table import WorkspaceTable, chunked

ATTEMPTS = 8
FIRST_PAUSE_S = 0.05

Outbox = Callable[[WorkspaceTable, Sequence[Change], int], list[Action]]  # State, changes, now: what to write with them


def commit(chunk: Chunk, rollups: WorkspaceTable, state: WorkspaceTable, *, partition: str, since: Checkpoint,
           outbox: Outbox, now: int, sleep: Callable[[float], None] = time.sleep) -> None:  # fmt: skip
    """Commit a chunk whose partition's checkpoint was read as `since`, with what the `outbox` writes of its changes.

    Raises CheckpointMoved when it is no longer that; the chunk is then not written. Raises Refused when DynamoDB would
    never take it. Raises ClientError when throttling or conflicts outlast the attempts; whether it was written is
    then told by the checkpoint.
    """
    hold = checkpoint.hold(state, partition, since)
    move = checkpoint.move(state, partition, since, chunk.after, now=now)
    row_writes = [*_counters(chunk, rollups), *_recount_marks(chunk, rollups, state, now),
                  *put_aside(chunk.poisons, state, now), *readmitted(chunk.changes, state)]  # fmt: skip
    entities = _EntityRows(chunk, rollups)
    for number in range(ATTEMPTS):
        last = number == ATTEMPTS - 1
        counter_writes = [*entities.actions(state, now), *row_writes]
        pre_writes, sketch_writes = _merges(chunk, rollups, ROOM - len(counter_writes))
        outgoing = outbox(state, chunk.changes, now)
        # The transaction, all of it or nothing, in this order:
        #   checkpoint.move    State    Put     the partition's checkpoint, on condition that it is still `since`
        #   entities.actions   Rollups  Update  numbers of entities' rows; State Put  a recount note where some fell
        #   _counters          Rollups  Update  numbers of all other rows; the revision of a day's row
        #   _recount_marks     Rollups  Update  the mark of distinct rows that lost members; State Put  recount notes
        #   put_aside          State    Put     a record of each change that cannot be applied; Update  when it was
        #   readmitted         State    Delete  the record of a put-aside event that was replaced or removed
        #   sketch_writes      Rollups  Put     distinct rows with their new members, on condition of their revision
        #   outgoing           State    Update  the head of the change log; Put  its entry, if there is anything to tell
        # Before it go the sketches for which there is no room, each batch on condition that the checkpoint stands
        # (checkpoint.hold). Beyond MAX_ACTIONS, which chunks are cut for, it is refused.
        final = [move, *counter_writes, *sketch_writes, *outgoing]
        if len(final) > MAX_ACTIONS:
            raise TransactionRefused(f"{len(final)} actions in one transaction; at most {MAX_ACTIONS}")
        if _written(state, [*([hold, *batch] for batch in chunked(pre_writes, ROOM)), final], entities, last=last):
            return
        sleep(pause_s(FIRST_PAUSE_S, number))


def _written(state: WorkspaceTable, transactions: Iterable[list[Action]], entities: "_EntityRows", *,
             last: bool) -> bool:  # fmt: skip
    """Write transactions in order; False when one was not written and may be tried again."""
    for actions in transactions:
        try:
            tried = checkpoint.attempt(state.client, actions, last=last)
        except TransactionRefused as refused:
            if last or not entities.look_at(actions[position] for position in refused.positions):
                raise
            return False
        if not tried.written:
            entities.look_at(actions[position] for position in tried.unmet)
            return False
    return True


@dataclass
class _EntityRows:
    """The writes of a chunk's rows of entities: blind ones, and after a look where that is needed."""

    chunk: Chunk
    rollups: WorkspaceTable
    looked_at: set[Key] = field(default_factory=set)

    def look_at(self, failed: Iterable[Action]) -> bool:
        """Place the numbers of rows whose writes failed with care from now on; False when there are no more such."""
        keys = {Key(update["Key"]["pk"]["S"], update["Key"]["sk"]["S"])
                for action in failed if (update := action.get("Update"))}  # fmt: skip
        wide = (keys & self.chunk.deltas.listings.keys()) - self.looked_at
        self.looked_at |= wide
        return bool(wide)

    def actions(self, state: WorkspaceTable, now: int) -> Iterator[Action]:
        """The updates, and a note for the recount of each row that lost something."""
        deltas = self.chunk.deltas
        for key, listing in deltas.listings.items():
            moved = {name: number for name, number in deltas.counters[key].items() if number}
            writes = self._writes(key, moved) if moved else []
            for write in writes:
                yield _add_to_entity(self.rollups, write, listing)
            for noted in [write.key for write in writes] or [key] if key in deltas.lessened else []:
                yield _note(state, noted, now)

    def _writes(self, key: Key, moved: Counts) -> list[Write]:
        write = blind(key, moved) if key not in self.looked_at else None
        return [write] if write else placed(key, moved, read_rows(self.rollups, key))


def _merges(chunk: Chunk, rollups: WorkspaceTable, room: int) -> tuple[list[Action], list[Action]]:
    """The writes of distinct rows that gain members: what has no place in the transaction goes ahead of it."""
    gains = merges(rollups, chunk.deltas)
    marked = [gains.pop(key) for key in chunk.deltas.removed if key in gains]  # one action a row and transaction
    free = max(0, room)
    return [*marked, *list(gains.values())[free:]], list(gains.values())[:free]


def _counters(chunk: Chunk, rollups: WorkspaceTable) -> Iterator[Action]:
    """The updates of all rows but those of entities."""
    deltas = chunk.deltas
    for key, counts in deltas.counters.items():
        moved = {name: number for name, number in counts.items() if number}
        if is_day_row(key):
            moved |= {"rev": REWRITTEN} if chunk.rewrites else {}  # nobody may take the day for one that only grew
            yield add(rollups, key, moved, expires=None)
        elif moved and key not in deltas.listings:
            yield add(rollups, key, moved, expires=deltas.expires.get(key))


def add(table: WorkspaceTable, key: Key, counts: Counts, *, expires: int | None) -> Action:
    """The update that adds numbers to a row, and one to its revision; a new row also gets its end."""
    sets: Item = {} if expires is None else {"expires": expires}
    return _add(table, key, {"rev": 1, **counts}, sets)


def _add_to_entity(table: WorkspaceTable, write: Write, listing: str) -> Action:
    """The same of an entity's row, on condition that it stays small (a blind write), or is as it was read."""
    if write.revision is None:
        action = _add(table, write.key, {"rev": 1, WIDTH: write.width, **write.counts}, {"listing": listing})
        condition, value = f"attribute_not_exists({WIDTH}) OR {WIDTH} <= :most", MAX_ROW - write.width
    else:
        action = _add(table, write.key, {"rev": 1, **write.counts}, {"listing": listing, WIDTH: write.width})
        condition, value = "attribute_not_exists(rev)" if not write.revision else "rev = :most", write.revision
    update = action["Update"]
    update["ConditionExpression"] = condition
    if ":most" in condition:
        update["ExpressionAttributeValues"][":most"] = encode(value)
    return action


def _add(table: WorkspaceTable, key: Key, counts: Counts, sets: Item) -> Action:
    names = {f"#{i}": name for i, name in enumerate(counts)}
    values = {f":{i}": encode(number) for i, number in enumerate(counts.values())}
    expression = "ADD " + ", ".join(f"#{i} :{i}" for i in range(len(counts)))
    if sets:
        expression += " SET " + ", ".join(f"{name} = :{name}" for name in sets)
        values |= {f":{name}": encode(value) for name, value in sets.items()}
    return _update(table, key, expression, values, names)


def _recount_marks(chunk: Chunk, rollups: WorkspaceTable, state: WorkspaceTable, now: int) -> Iterator[Action]:
    """Rows that lost something are noted where the recount looks for work; distinct rows are marked as well."""
    for key in chunk.deltas.removed:
        yield _mark_stale(rollups, key, chunk.deltas.expires.get(key))
        yield _note(state, key, now)
    for key in chunk.deltas.lessened - chunk.deltas.listings.keys():
        yield _note(state, key, now)


def _mark_stale(rollups: WorkspaceTable, key: Key, expires: int | None) -> Action:
    """A row that has ended meanwhile is made anew by this, so it is told its end again."""
    values = {":yes": encode(True), ":one": encode(1)}
    if expires is None:
        return _update(rollups, key, "SET stale = :yes ADD rev :one", values)
    values[":expires"] = encode(expires)
    return _update(rollups, key, "SET stale = :yes, expires = :expires ADD rev :one", values)


def _note(state: WorkspaceTable, key: Key, now: int) -> Action:
    pk = state.own(recount_partition(state.workspace))
    item: Item = {"pk": pk, "sk": f"{key.pk} {key.sk}", "row_pk": key.pk, "row_sk": key.sk, "since": now}
    return {"Put": {"TableName": state.name, "Item": encode_item(item)}}


def _update(table: WorkspaceTable, key: Key, expression: str, values: Action,
            names: Mapping[str, str] | None = None) -> Action:  # fmt: skip
    update: Action = {"TableName": table.name, "Key": table.key(key), "UpdateExpression": expression,
                      "ExpressionAttributeValues": values}  # fmt: skip
    if names:
        update["ExpressionAttributeNames"] = dict(names)
    return {"Update": update}
