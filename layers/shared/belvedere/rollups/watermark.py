"""How fresh a workspace's rollups are: every event received until then is in them, as far as the fold can tell.

Every answer tells it as `as_of`. It is the receipt time of the newest event they contain, unless the fold is behind: a
batch that was full, or failed, has more of its partition waiting, and then it is just before the least of what waits.
Each partition that is behind is noted, until a later batch of it, or for a while.
"""

from collections.abc import Collection, Iterable

from belvedere.clock import END_OF_CALENDAR_MS, MINUTE_MS
from belvedere.rollups.changes import Change
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys.state import watermark_key
from belvedere.storage.table import WorkspaceTable

FULL_MS = MINUTE_MS  # the next batch of a shard follows at once; a minute later there was none
FAILED_MS = 15 * MINUTE_MS  # a batch that failed comes again, after longer and longer pauses

BEHIND, UNTIL = "behind#", "until#"  # and the partition: since which receipt time, and until when that holds (epoch ms)
OTHERS = "*"  # shares a note with all that are behind when there are many
MOST_NOTED = 50


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


def fetch(state: WorkspaceTable) -> Item:
    """The item of the watermark and its notes, as it is now; empty before the first fold."""
    return state.get(watermark_key(state.workspace), consistent=True) or {}


def fall_behind(
    state: WorkspaceTable, partition: str, received: int, *, now: int, lasts_ms: int, known: Item | None = None
) -> None:
    """Note that of a partition only what was received before `received` is folded for certain.

    `known` is the item, where it was fetched already.
    """
    notes = _notes(fetch(state) if known is None else known, now)
    name = partition if partition in notes or len(notes) < MOST_NOTED else OTHERS
    values: Item = {":received": received, ":now": now, ":until": now + lasts_ms}
    state.attempt(
        "update_item",
        Key=state.key(watermark_key(state.workspace)),
        UpdateExpression="SET #behind = :received, #until = :until",
        ConditionExpression="attribute_not_exists(#behind) OR #until < :now OR #behind >= :received",
        ExpressionAttributeNames={"#behind": BEHIND + name, "#until": UNTIL + name},
        ExpressionAttributeValues=encode_item(values),
    )


def catch_up(state: WorkspaceTable, partitions: Collection[str], now: int, known: Item | None = None) -> None:
    """Note that nothing is waiting of some partitions. What has lapsed goes as well."""
    item = fetch(state) if known is None else known
    live, noted = _notes(item, now), [name for name in item if name.startswith(BEHIND)]
    over = [name for name in noted if (at := name.removeprefix(BEHIND)) in partitions or at not in live]
    if over:
        gone = [prefix + name.removeprefix(BEHIND) for name in over for prefix in (BEHIND, UNTIL)]
        names = {f"#{number}": name for number, name in enumerate(gone)}
        state.attempt(
            "update_item",
            Key=state.key(watermark_key(state.workspace)),
            UpdateExpression="REMOVE " + ", ".join(names),
            ExpressionAttributeNames=names,
        )


def read(state: WorkspaceTable, now: int) -> int | None:
    """The watermark in epoch milliseconds; None before the first fold."""
    item = state.get(watermark_key(state.workspace))
    if not item or "folded" not in item:
        return None
    return min(int(item["folded"]), *(received - 1 for received in _notes(item, now).values()), END_OF_CALENDAR_MS)


def _notes(item: Item, now: int) -> dict[str, int]:
    """The partitions that are behind, and since which receipt time."""
    notes = {name.removeprefix(BEHIND): int(since) for name, since in item.items() if name.startswith(BEHIND)}
    return {partition: since for partition, since in notes.items() if int(item.get(UNTIL + partition, 0)) >= now}
