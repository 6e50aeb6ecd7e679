"""Distinct rows in the table: merged before the counters are committed, recounted after removals.

A merge is idempotent, so a crash after it changes no total: the retry merges the same members again. It happens
only while the checkpoint stands before these changes: a fold that stood still for long merges nobody who was erased
since. Each write is conditional on the revision that was read, so no fold overwrites another's members.
"""

import random
import time
from collections.abc import Callable, Mapping

from belvedere.rollups import checkpoint
from belvedere.rollups.checkpoint import Action
from belvedere.rollups.chunks import MAX_ACTIONS
from belvedere.rollups.distinct import Distinct
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable, chunked

ATTEMPTS = 10
FIRST_PAUSE_S = 0.02


def merge_members(table: WorkspaceTable, members: Mapping[Key, set[int]], expires: Mapping[Key, int], guard: Action,
                  *, sleep: Callable[[float], None] = time.sleep) -> None:  # fmt: skip
    """Make every distinct row hold its new members, while `guard` holds. Raises like `checkpoint.attempt`."""
    for keys in chunked(members, MAX_ACTIONS - 1):
        for attempt in range(ATTEMPTS):
            rows = table.batch_get(keys, consistent=True)
            merged = [_merged(table, key, Distinct(members[key]), rows.get(key), expires.get(key)) for key in keys]
            puts = [put for put in merged if put]
            if not puts or checkpoint.attempt(table.client, [guard, *puts], last=attempt == ATTEMPTS - 1):
                break
            sleep(FIRST_PAUSE_S * 2 ** min(attempt, 5) * random.uniform(0.5, 1.0))


def _merged(table: WorkspaceTable, key: Key, new: Distinct, row: Item | None, expires: int | None) -> Action | None:
    """The write that adds members to a row; None when they are all there."""
    sketch = sketch_of(row)
    stale = bool(row and row.get("stale"))
    # A stale row is written even when nothing changes: its recount must see that we were here.
    if not sketch.merge(new) and row and not stale:
        return None
    return {"Put": {"TableName": table.name, **replacement(table, key, sketch, row, stale=stale, expires=expires)}}


def sketch_of(row: Item | None) -> Distinct:
    """The sketch of a row; empty where there is none."""
    data = (row or {}).get("sketch")
    return Distinct.from_bytes(data) if isinstance(data, bytes) else Distinct()


def write_sketch(table: WorkspaceTable, key: Key, sketch: Distinct, row: Item, *, expires: int | None) -> bool:
    """Replace a row that was read as `row` and is up to date now, unless it has changed since: then False."""
    return table.attempt("put_item", **replacement(table, key, sketch, row, stale=False, expires=expires))


def replacement(table: WorkspaceTable, key: Key, sketch: Distinct, row: Item | None, *, stale: bool,
                expires: int | None) -> Action:  # fmt: skip
    """The item that follows a row read as `row`, and the condition that it is still that."""
    revision = int((row or {}).get("rev", 0))
    item: Item = {"pk": table.own(key.pk), "sk": key.sk, "rev": revision + 1, "sketch": sketch.to_bytes()}
    item |= {"stale": True} if stale else {}
    item |= {"expires": expires} if expires is not None else {}
    if not row:
        return {"Item": encode_item(item), "ConditionExpression": "attribute_not_exists(pk)"}
    values = {":rev": encode(revision)}
    return {"Item": encode_item(item), "ConditionExpression": "rev = :rev", "ExpressionAttributeValues": values}
