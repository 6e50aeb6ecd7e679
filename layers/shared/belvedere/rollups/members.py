"""Distinct rows in the table: merged before the counters are committed, recounted after removals.

A merge is idempotent, so a crash after it changes no total: the retry merges the same members again.
Each write is conditional on the revision that was read, so no fold overwrites another's members.
"""

import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

from belvedere.rollups.distinct import Distinct
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable

ATTEMPTS = 10
FIRST_PAUSE_S = 0.02


class RowContended(Exception):
    """A distinct row kept changing under our hands; the whole batch is to come again."""


def merge_members(table: WorkspaceTable, members: Mapping[Key, set[int]], pool: Executor,
                  expires: Mapping[Key, int], *, sleep: Callable[[float], None] = time.sleep) -> None:  # fmt: skip
    """Make every distinct row hold its new members. Raises RowContended when one cannot be written."""
    rows = table.batch_get(members)

    def merge(key: Key) -> None:
        _merge_row(table, key, Distinct(members[key]), rows.get(key), expires.get(key), sleep)

    list(pool.map(merge, members))


def _merge_row(table: WorkspaceTable, key: Key, new: Distinct, row: Item | None, expires: int | None,
               sleep: Callable[[float], None]) -> None:  # fmt: skip
    for attempt in range(ATTEMPTS):
        sketch = sketch_of(row)
        if not sketch.merge(new) and row and not row.get("stale"):
            return
        # A stale row is written even when nothing changes: its recount must see that we were here.
        if write_sketch(table, key, sketch, row, expires=expires, stale=bool(row and row.get("stale"))):
            return
        sleep(FIRST_PAUSE_S * 2 ** min(attempt, 5) * random.uniform(0.5, 1.0))
        row = table.get(key, consistent=True)
    raise RowContended(f"distinct row {key.pk} {key.sk}")


def sketch_of(row: Item | None) -> Distinct:
    """The sketch of a row; empty where there is none."""
    data = (row or {}).get("sketch")
    return Distinct.from_bytes(data) if isinstance(data, bytes) else Distinct()


def write_sketch(table: WorkspaceTable, key: Key, sketch: Distinct, row: Item | None, *, stale: bool,
                 expires: int | None = None) -> bool:  # fmt: skip
    """Replace a row that was read as `row`, unless it has changed since: then False."""
    revision = int((row or {}).get("rev", 0))
    item: Item = {"pk": table.own(key.pk), "sk": key.sk, "rev": revision + 1, "sketch": sketch.to_bytes()}
    item |= {"stale": True} if stale else {}
    item |= {"expires": expires} if expires is not None else {}
    condition = "rev = :rev" if row else "attribute_not_exists(pk)"
    values = {"ExpressionAttributeValues": {":rev": encode(revision)}} if row else {}
    return table.attempt("put_item", Item=encode_item(item), ConditionExpression=condition, **values)
