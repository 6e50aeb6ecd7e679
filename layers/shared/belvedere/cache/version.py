"""The version of a workspace's data, as the cache asks it: one query of half a unit tells all there is to know.

The watermark alone would not do: it is the newest receipt time, and a batch from another shard with older events, a
second batch within one millisecond, an erasure or a recount changes rollups without moving it. So whoever has changed
rollups says so here afterwards, and the token is made of both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from belvedere.cache.invalidation import Invalidation, invalidation_of
from belvedere.storage.attributes import Item, encode
from belvedere.storage.keys.state import version_key, version_partition, watermark_key
from belvedere.storage.table import WorkspaceTable


@dataclass(frozen=True)
class Version:
    """What the data was when this was read: its token, when it last changed, and what was declared void."""

    token: str
    moved: int
    invalidations: tuple[Invalidation, ...]
    read_at: int


def read(state: WorkspaceTable, now: int) -> Version:
    """The present version."""
    items = {str(item["sk"]): item for item in state.query(version_partition(state.workspace))}
    fold = items.get(watermark_key(state.workspace).sk, {})
    own = items.get(version_key(state.workspace).sk, {})
    token = f"{int(fold.get('folded', 0))}.{int(own.get('revision', 0))}"
    return Version(token, int(own.get("moved", 0)), tuple(_invalidations(items.values())), now)


def bump(state: WorkspaceTable, now: int) -> None:
    """Say that rollups have changed. After the change, never before: a repetition costs a computation, no truth."""
    state.client.update_item(
        TableName=state.name,
        Key=state.key(version_key(state.workspace)),
        UpdateExpression="SET moved = :now ADD revision :one",
        ExpressionAttributeValues={":now": encode(now), ":one": encode(1)},
    )


def _invalidations(items: Iterable[Item]) -> Iterator[Invalidation]:
    for item in items:
        if invalidation := invalidation_of(item):
            yield invalidation
