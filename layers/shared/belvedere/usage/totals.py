"""What was counted of each route since counting began: never less than before, however often days end. Blocking.

Usage is kept by day. Days that are over are added up once and carried in one item, so that reading the whole costs that
item and at most three days; a day is carried when it is two days old, so that what a process writes late is in it.
Whoever carries says up to which day, under the condition that nobody else has: so no day is carried twice.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from belvedere.clock import DAY_MS, iso
from belvedere.storage.attributes import encode
from belvedere.storage.keys import AFTER
from belvedere.storage.keys.state import totals_key
from belvedere.storage.table import WorkspaceTable
from belvedere.usage.report import RouteUsage, used

LEFT_DAYS = 2
Counts = dict[str, Counter[str]]


def totals(state: WorkspaceTable, now: int) -> Counts:
    """Counts by route. Consistent, so that a later reading is never behind an earlier one."""
    item = state.get(totals_key(state.workspace), consistent=True) or {}
    through = str(item.get("through", ""))
    carried = unpacked(item.get("counts"))
    rows = list(used(state, through + AFTER if through else "0", iso(now)[:10], consistent=True))
    last = iso(now - LEFT_DAYS * DAY_MS)[:10]
    finished = [row for row in rows if row.day <= last]
    if finished:
        carry(state, through, last, added(carried, finished))
    return added(carried, rows)


def added(carried: Mapping[str, Counter[str]], rows: Iterable[RouteUsage]) -> Counts:
    """Counts with rows added to them."""
    counts_of: Counts = defaultdict(Counter, {route: Counter(counts) for route, counts in carried.items()})
    for row in rows:
        counts_of[row.route].update(row.counts)
    return dict(counts_of)


def carry(state: WorkspaceTable, through: str, last: str, counts: Counts) -> bool:
    """Keep the counts up to a day; False when somebody else has carried since."""
    return state.attempt(
        "update_item",
        Key=state.key(totals_key(state.workspace)),
        UpdateExpression="SET #through = :last, #counts = :counts",
        ConditionExpression="attribute_not_exists(pk) OR #through = :through",
        ExpressionAttributeNames={"#through": "through", "#counts": "counts"},
        ExpressionAttributeValues={
            ":last": encode(last), ":through": encode(through or "never"), ":counts": encode(packed(counts)),
        },
    )  # fmt: skip


def packed(counts: Mapping[str, Mapping[str, int]]) -> bytes:
    """Counts as they are stored."""
    return zlib.compress(msgspec.json.encode(counts))


def unpacked(data: object) -> Counts:
    """The counts of stored bytes; none where nothing is stored."""
    if not isinstance(data, bytes):
        return {}
    stored = msgspec.json.decode(zlib.decompress(data), type=dict[str, dict[str, int]])
    return {route: Counter(counts) for route, counts in stored.items()}
