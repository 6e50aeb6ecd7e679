"""Distinct rows in the table: members are merged in while the fold's checkpoint stands, recounted after removals.

A merge is idempotent, so it may be repeated; a fold that stood still for long merges nobody who was erased since. Each
write is conditional on the revision that was read, so no fold overwrites another's members.
"""

from collections.abc import Mapping

from belvedere.rollups.checkpoint import Action
from belvedere.rollups.distinct import Distinct
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable


def merges(table: WorkspaceTable, members: Mapping[Key, set[int]], expires: Mapping[Key, int]) -> dict[Key, Action]:
    """The writes after which every distinct row holds its new members; none for rows that hold them already."""
    rows = table.batch_get(members, consistent=True)
    found = {key: _merged(table, key, Distinct(new), rows.get(key), expires.get(key)) for key, new in members.items()}
    return {key: put for key, put in found.items() if put}


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
