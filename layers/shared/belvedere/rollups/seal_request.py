"""Has old days sealed soon after an import or an erasure changed many of them, rather than the night after.

The fold counts its changes of old days in State. Beyond a few it starts a sealing, which waits until no more changes
come, and looks for changes again before it ends: the batches of an import start one sealing, not one each.
"""

import time
from collections.abc import Callable, Collection

from belvedere.clock import DAY_MS, MINUTE_MS, SECOND_MS
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item, encode_item
from belvedere.storage.keys.state import seal_request_key
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of

OLD_MS = 2 * DAY_MS  # most late events are younger: their days are left to the night
FEW_CHANGES = 8  # so many days without pages are read in one query each, which needs no haste
QUIET_MS = 3 * SECOND_MS
LASTS_MS = 15 * MINUTE_MS  # as long as the sealing function may run


def add(state: WorkspaceTable, changed_days: Collection[str], now: int, took_ms: int = 0) -> bool:
    """Count the old days that a batch changed; True where a sealing is to be started, which is told once.

    The next batch may take as long as this one took.
    """
    newest = bucket_of(now - OLD_MS, Grain.DAY)
    old = sum(day < newest for day in changed_days)
    return bool(old) and _count(state, old, now + max(took_ms, QUIET_MS)) > FEW_CHANGES and _start(state, now)


def _count(state: WorkspaceTable, changes: int, quiet_until: int) -> int:
    answer = state.client.update_item(
        TableName=state.name,
        Key=state.key(seal_request_key(state.workspace)),
        UpdateExpression="SET quiet_until = :quiet_until ADD changes :changes",
        ExpressionAttributeValues=encode_item({":quiet_until": quiet_until, ":changes": changes}),
        ReturnValues="UPDATED_NEW",
    )
    return int(answer["Attributes"]["changes"]["N"])


def _start(state: WorkspaceTable, now: int) -> bool:
    return state.attempt(
        "update_item",
        Key=state.key(seal_request_key(state.workspace)),
        UpdateExpression="SET started_at = :now",
        ConditionExpression="attribute_not_exists(started_at) OR started_at < :lapsed",
        ExpressionAttributeValues=encode_item({":now": now, ":lapsed": now - LASTS_MS}),
    )


def settled(
    state: WorkspaceTable, clock: Callable[[], int], up_to_s: float, sleep: Callable[[float], None] = time.sleep
) -> Item | None:
    """The request as it is when no batch has come for a while, or after `up_to_s` seconds; None where there is none.

    Read it before the days: what changes later moves it, and then `finish` leaves it.
    """
    key, last = seal_request_key(state.workspace), clock() + int(up_to_s * SECOND_MS)
    while request := state.get(key, consistent=True):
        wait_ms = min(int(request["quiet_until"]), last) - clock()
        if wait_ms <= 0:
            break
        sleep(wait_ms / SECOND_MS)
    return request


def finish(state: WorkspaceTable, request: Item | None) -> bool:
    """Drop a request that was met; False where more has changed since it was read."""
    return request is None or state.attempt(
        "delete_item",
        Key=state.key(seal_request_key(state.workspace)),
        ConditionExpression="quiet_until = :quiet_until AND changes = :changes",
        ExpressionAttributeValues=encode_item({f":{name}": request[name] for name in ("quiet_until", "changes")}),
    )
