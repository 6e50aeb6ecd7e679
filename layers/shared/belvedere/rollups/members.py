"""Distinct rows in the table: members are merged in while the fold's checkpoint stands, recounted after removals.

A merge is idempotent, so it may be repeated; a fold that stood still for long merges nobody who was erased since. Each
write is conditional on the revision that was read, so no fold overwrites another's members. A row of an hour that is
taken apart has a sketch of each of its slots beside the whole one.
"""

from belvedere.rollups.checkpoint import Action
from belvedere.rollups.deltas import Deltas
from belvedere.rollups.sketches import Sketches, named_sketches, sketches_of
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable


def merges(table: WorkspaceTable, deltas: Deltas) -> dict[Key, Action]:
    """The writes after which every distinct row holds its new members; none for rows that hold them already."""
    rows = table.batch_get(deltas.members, consistent=True)
    puts = {key: _merged(table, key, deltas, rows.get(key)) for key in deltas.members}
    return {key: put for key, put in puts.items() if put}


def _merged(table: WorkspaceTable, key: Key, deltas: Deltas, row: Item | None) -> Action | None:
    """The write that adds members to a row; None when they are all there."""
    sketches = sketches_of(row)
    stale = bool(row and row.get("stale"))
    new = named_sketches(deltas.members[key], deltas.slotted.get(key, {}))
    grown = [sketches.setdefault(name, Distinct()).merge(sketch) for name, sketch in new.items()]
    # A stale row is written even when nothing changes: its recount must see that we were here.
    if not any(grown) and row and not stale:
        return None
    put = replacement(table, key, sketches, row, stale=stale, expires=deltas.expires.get(key))
    return {"Put": {"TableName": table.name, **put}}


def write_sketches(table: WorkspaceTable, key: Key, sketches: Sketches, row: Item, *, expires: int | None) -> bool:
    """Replace a row that was read as `row` and is up to date now, unless it has changed since: then False."""
    return table.attempt("put_item", **replacement(table, key, sketches, row, stale=False, expires=expires))


def replacement(table: WorkspaceTable, key: Key, sketches: Sketches, row: Item | None, *, stale: bool,
                expires: int | None) -> Action:  # fmt: skip
    """The item that follows a row read as `row`, and the condition that it is still that."""
    revision = int((row or {}).get("rev", 0))
    item: Item = {"pk": table.own(key.pk), "sk": key.sk, "rev": revision + 1}
    item |= {name: sketch.to_bytes() for name, sketch in sketches.items()}
    item |= {"stale": True} if stale else {}
    item |= {"expires": expires} if expires is not None else {}
    if not row:
        return {"Item": encode_item(item), "ConditionExpression": "attribute_not_exists(pk)"}
    values = {":rev": encode(revision)}
    return {"Item": encode_item(item), "ConditionExpression": "rev = :rev", "ExpressionAttributeValues": values}
