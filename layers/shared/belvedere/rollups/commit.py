"""Writes one chunk of folded changes: counters, marks, put-aside records and the checkpoint, or nothing at all.

Exactly once: the checkpoint moves in the same transaction, on condition that nobody moved it since it was
read. So however often a chunk is tried, by whomever, it is added at most once; and as the stream
delivers until it is acknowledged, at least once. Distinct rows gain their members in it too, as far as they fit;
the others before it, while the checkpoint stands where it was read: merging twice changes nothing. And the workspace's
log tells of the changes, under the next number.
"""

import time
from collections.abc import Callable, Iterator

from belvedere.ingest.quarantine import aside_item
from belvedere.realtime.notices import changes_entry
from belvedere.rollups import checkpoint
from belvedere.rollups.checkpoint import Action
from belvedere.rollups.chunks import ROOM, Chunk
from belvedere.rollups.lanes import Checkpoint
from belvedere.rollups.members import merges
from belvedere.rollups.revisions import REWRITTEN, is_day_row
from belvedere.rollups.rows import Counts
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import recount_partition
from belvedere.storage.table import WorkspaceTable, chunked

ATTEMPTS = 8
FIRST_PAUSE_S = 0.05


def commit(chunk: Chunk, rollups: WorkspaceTable, state: WorkspaceTable, *, partition: str, since: Checkpoint,
           now: int, sleep: Callable[[float], None] = time.sleep) -> None:  # fmt: skip
    """Commit a chunk whose partition's checkpoint was read as `since`.

    Raises CheckpointMoved when it is no longer that; the chunk is then not written. Raises ClientError when
    throttling or conflicts outlast the attempts; whether it was written is then told by the checkpoint.
    """
    hold = checkpoint.hold(state, partition, since)
    move = checkpoint.move(state, partition, since, chunk.after, now=now)
    rest = [*_counters(chunk, rollups), *_recount_marks(chunk, rollups, state, now), *_put_aside(chunk, state, now)]
    for number in range(ATTEMPTS):
        last = number == ATTEMPTS - 1
        ahead, beside = _merges(chunk, rollups, ROOM - len(rest))
        entry = changes_entry(state, chunk.changes, now)
        transactions = [*([hold, *part] for part in chunked(ahead, ROOM)), [move, *rest, *beside, *entry]]
        if all(checkpoint.attempt(state.client, actions, last=last) for actions in transactions):
            return
        sleep(pause_s(FIRST_PAUSE_S, number))


def _merges(chunk: Chunk, rollups: WorkspaceTable, room: int) -> tuple[list[Action], list[Action]]:
    """The writes of distinct rows that gain members: what has no place in the transaction goes ahead of it."""
    gains = merges(rollups, chunk.deltas)
    marked = [gains.pop(key) for key in chunk.deltas.removed if key in gains]  # one action a row and transaction
    free = max(0, room)
    return [*marked, *list(gains.values())[free:]], list(gains.values())[:free]


def _counters(chunk: Chunk, rollups: WorkspaceTable) -> Iterator[Action]:
    deltas, taken = chunk.deltas, any(change.before for change in chunk.changes)
    for key, counts in deltas.counters.items():
        moved = {name: number for name, number in counts.items() if number}
        if is_day_row(key):
            moved |= {"rev": REWRITTEN} if taken else {}  # nobody may take the day for one that only grew
            yield add(rollups, key, moved, expires=None, listing=None)
        elif moved:
            yield add(rollups, key, moved, expires=deltas.expires.get(key), listing=deltas.listings.get(key))


def add(table: WorkspaceTable, key: Key, counts: Counts, *, expires: int | None, listing: str | None) -> Action:
    """The update that adds numbers to a row, and one to its revision; a new row also gets its end and its listing."""
    counts = {"rev": 1, **counts}
    names = {f"#{i}": name for i, name in enumerate(counts)}
    values = {f":{i}": encode(number) for i, number in enumerate(counts.values())}
    expression = "ADD " + ", ".join(f"#{i} :{i}" for i in range(len(counts)))
    sets = {"expires": expires, "listing": listing}
    given = {name: value for name, value in sets.items() if value is not None}
    if given:
        expression += " SET " + ", ".join(f"{name} = :{name}" for name in given)
        values |= {f":{name}": encode(value) for name, value in given.items()}
    return _update(table, key, expression, values, names)


def _recount_marks(chunk: Chunk, rollups: WorkspaceTable, state: WorkspaceTable, now: int) -> Iterator[Action]:
    """Rows that lost something are noted where the recount looks for work; distinct rows are marked as well."""
    for key in chunk.deltas.removed:
        yield _mark_stale(rollups, key, chunk.deltas.expires.get(key))
        yield _note(state, key, now)
    for key in chunk.deltas.lessened:
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


def _put_aside(chunk: Chunk, state: WorkspaceTable, now: int) -> Iterator[Action]:
    for change in chunk.poisons:
        why = change.poison or ""
        item = aside_item(state.workspace, now=now, sequence=change.sequence, detail=why, raw=change.record)
        state.own(str(item["pk"]))
        yield {"Put": {"TableName": state.name, "Item": encode_item(item)}}


def _update(
    table: WorkspaceTable, key: Key, expression: str, values: Action, names: dict[str, str] | None = None
) -> Action:
    update: Action = {"TableName": table.name, "Key": table.key(key), "UpdateExpression": expression,
                      "ExpressionAttributeValues": values}  # fmt: skip
    if names:
        update["ExpressionAttributeNames"] = names
    return {"Update": update}
