"""What the fold puts aside: records that are no events, and events whose numbers DynamoDB refuses for good.

Both are told in the quarantine. An event that was put aside counts nowhere: its record in State says so to whoever
counts raw events (the recount, the audit) and to the fold, which takes nothing away when such an event goes. The record
goes with the event.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from belvedere.ingest.event import Event
from belvedere.ingest.quarantine import Reason, aside_item
from belvedere.rollups.changes import Change, TablesOfType
from belvedere.rollups.checkpoint import Action
from belvedere.rollups.chunks import Chunk, change_deltas
from belvedere.rollups.lanes import BOARD, LANES, Checkpoint
from belvedere.rollups.revisions import is_day_row
from belvedere.rollups.slots import SlotOf, whole
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import HEALTH, aside_key, aside_partition
from belvedere.storage.table import WorkspaceTable


def read(state: WorkspaceTable) -> dict[Key, Item]:
    """The records of a workspace's events that were put aside, by the events' keys."""
    items = state.query(aside_partition(state.workspace), consistent=True)
    return {Key(str(item["event_pk"]), str(item["event_sk"])): item for item in items}


def settled(changes: Iterable[Change], aside: Collection[Key]) -> Iterator[Change]:
    """Changes in order, as they are where the events at these keys count nowhere: replacing one adds, removing does
    nothing, and both end its record."""
    left = set(aside)
    for change in changes:
        if change.before and change.key in left:
            left.discard(change.key)
            yield replace(change, before=None, readmits=True)
        else:
            yield change


def aside_chunk(change: Change, rollup_tables: TablesOfType, since: Checkpoint, why: str, *, slot_of: SlotOf = whole,
                later: str = "", bare: bool = False) -> Chunk:  # fmt: skip
    """The chunk that puts a refused change aside: the event counts nowhere, also not in lanes that had taken it in.

    A lane that has also taken in a `later` change of the event has taken it away again. What the change replaced goes
    as ever. A `bare` chunk leaves all numbers as they are.
    """
    refused = replace(change, before=None, after=None, poison=why, refused=change.after)
    after = Checkpoint(tuple(max(position, change.sequence) for position in since.positions))
    chunk = Chunk(after, changes=[refused])
    if bare:
        return chunk
    gone = change_deltas(replace(change, after=None), rollup_tables, slot_of)
    taken_back = replace(change, before=change.after, after=None, expired=False)
    undone = change_deltas(taken_back, rollup_tables, slot_of) if change.after else {}
    for lane in LANES:
        at = since.of(lane)
        side = gone if at < change.sequence else {} if later and at >= later else undone
        if deltas := side.get(lane):
            chunk.deltas.merge(deltas)
    for side in (gone, undone):  # whatever is taken back, the day is another one from now on
        for key in side[BOARD].counters if BOARD in side else ():
            if is_day_row(key):
                chunk.deltas.counters[key].update()
    return chunk


def put_aside(changes: Sequence[Change], state: WorkspaceTable, now: int) -> Iterator[Action]:
    """The records of changes that are put aside, and the note that it happened, which GET /health shows."""
    for change in changes:
        reason = Reason.REFUSED_BY_DATABASE if change.refused else Reason.UNREADABLE_RECORD
        raw = _shown(change.refused) if change.refused else change.record
        item = aside_item(state.workspace, now=now, sequence=change.sequence, reason=reason,
                          detail=change.poison or "", raw=raw)  # fmt: skip
        state.own(str(item["pk"]))
        yield {"Put": {"TableName": state.name, "Item": encode_item(item)}}
        if change.refused:
            yield {"Put": {"TableName": state.name, "Item": encode_item(_record(change, state, now))}}
    if changes:
        yield {"Update": {"TableName": state.name, "Key": {"pk": encode(HEALTH.pk), "sk": encode(HEALTH.sk)},
                          "UpdateExpression": "SET put_aside_at = :now",
                          "ExpressionAttributeValues": {":now": encode(now)}}}  # fmt: skip


def readmitted(changes: Iterable[Change], state: WorkspaceTable) -> Iterator[Action]:
    """What ends the records of events that were replaced or removed."""
    for change in changes:
        if change.readmits and not change.refused:
            key = state.key(aside_key(state.workspace, change.key))
            yield {"Delete": {"TableName": state.name, "Key": key}}


def _record(change: Change, state: WorkspaceTable, now: int) -> Item:
    key = aside_key(state.workspace, change.key)
    item: Item = {"pk": state.own(key.pk), "sk": key.sk, "event_pk": change.key.pk, "event_sk": change.key.sk,
                  "detail": change.poison or "", "sequence": change.sequence, "since": now}  # fmt: skip
    return item | ({"user": change.refused.user} if change.refused and change.refused.user else {})


def _shown(event: Event) -> str:
    return msgspec.json.encode(event.content).decode()
