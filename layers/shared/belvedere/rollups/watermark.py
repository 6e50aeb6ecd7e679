"""How fresh a workspace's rollups are: every event received until then is in them, as far as the fold can tell.

Every answer tells it as `as_of`. It is the receipt time of the newest event they contain, unless the fold is behind: a
batch that was full, or failed, has more of its partition waiting, and then it is just before that. What is behind is
noted for the partition that is furthest behind, and holds until a later batch of that partition, or for a while.
"""

from collections.abc import Collection, Iterable

from belvedere.clock import MINUTE_MS
from belvedere.rollups.changes import Change
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys.state import watermark_key
from belvedere.storage.table import WorkspaceTable

FULL_MS = MINUTE_MS  # the next batch of a shard follows at once; a minute later there was none
FAILED_MS = 15 * MINUTE_MS  # a batch that failed comes again, after longer and longer pauses

OVER = "behind_until < :now"


def newest(changes: Iterable[Change]) -> dict[str, int]:
    """The newest receipt time per workspace among changes, in epoch milliseconds."""
    newest_of: dict[str, int] = {}
    for change in changes:
        event = change.after or change.before
        if event:
            newest_of[change.workspace] = max(event.received, newest_of.get(change.workspace, 0))
    return newest_of


def advance(state: WorkspaceTable, received: int) -> None:
    """Move the watermark forward to `received`; never back."""
    state.attempt(
        "update_item",
        Key=state.key(watermark_key(state.workspace)),
        UpdateExpression="SET folded = :received",
        ConditionExpression="attribute_not_exists(folded) OR folded < :received",
        ExpressionAttributeValues={":received": encode(received)},
    )


def fall_behind(state: WorkspaceTable, partition: str, received: int, *, now: int, lasts_ms: int) -> None:
    """Note that of a partition only what was received before `received` is folded for certain.

    A partition that is further behind stays noted.
    """
    values: Item = {":at": partition, ":received": received, ":now": now, ":until": now + lasts_ms}
    state.attempt(
        "update_item",
        Key=state.key(watermark_key(state.workspace)),
        UpdateExpression="SET behind = :received, behind_at = :at, behind_until = :until",
        ConditionExpression=f"attribute_not_exists(behind) OR {OVER} OR behind_at = :at OR behind > :received",
        ExpressionAttributeValues=encode_item(values),
    )


def catch_up(state: WorkspaceTable, partitions: Collection[str]) -> None:
    """Note that nothing is waiting of some partitions."""
    at = (state.get(watermark_key(state.workspace), consistent=True) or {}).get("behind_at")
    if at in partitions:
        state.attempt(
            "update_item",
            Key=state.key(watermark_key(state.workspace)),
            UpdateExpression="REMOVE behind, behind_at, behind_until",
            ConditionExpression="behind_at = :at",
            ExpressionAttributeValues={":at": encode(str(at))},
        )


def read(state: WorkspaceTable, now: int) -> int | None:
    """The watermark in epoch milliseconds; None before the first fold."""
    item = state.get(watermark_key(state.workspace))
    if not item or "folded" not in item:
        return None
    folded = int(item["folded"])
    return min(folded, int(item["behind"]) - 1) if int(item.get("behind_until", 0)) >= now else folded
