"""How fresh a workspace's rollups are: the receipt time of the newest event they contain.

Every answer tells it as `as_of`. It is a statement of progress, not part of the totals: it is written after them and
may lag behind after a crash. Older events of another partition may still be on their way when a newer one is in.
"""

from collections.abc import Iterable

from belvedere.rollups.changes import Change
from belvedere.storage.attributes import encode
from belvedere.storage.keys.state import watermark_key
from belvedere.storage.table import WorkspaceTable


def newest(changes: Iterable[Change]) -> dict[str, int]:
    """The newest receipt time per workspace among changes, in epoch milliseconds."""
    found: dict[str, int] = {}
    for change in changes:
        event = change.after or change.before
        if event:
            found[change.workspace] = max(event.received, found.get(change.workspace, 0))
    return found


def advance(state: WorkspaceTable, received: int) -> None:
    """Move the watermark forward to `received`; never back."""
    state.attempt(
        "update_item",
        Key=state.key(watermark_key(state.workspace)),
        UpdateExpression="SET folded = :received",
        ConditionExpression="attribute_not_exists(folded) OR folded < :received",
        ExpressionAttributeValues={":received": encode(received)},
    )


def read(state: WorkspaceTable) -> int | None:
    """The watermark in epoch milliseconds; None before the first fold."""
    item = state.get(watermark_key(state.workspace))
    return int(item["folded"]) if item else None
