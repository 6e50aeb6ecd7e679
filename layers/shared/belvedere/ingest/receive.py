"""The whole of ingest for one request: raw events in, one result per event out.

Every event has its own result; a bad one never fails its batch. Rejected events go to the quarantine.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from belvedere.ingest.event import Event
from belvedere.ingest.insert import Insert, Result
from belvedere.ingest.parse import Rejected, parse
from belvedere.ingest.quarantine import Reason, rejected_item
from belvedere.storage.table import WorkspaceTable

CONFLICT_DETAIL = "another event with this time and id is stored; the first one stays"

Outcome = dict[str, Any]


def receive(raws: Sequence[bytes], insert: Insert, state: WorkspaceTable, now: int) -> Outcome:
    """Insert what is good, quarantine the rest. Raises DatabaseUnavailable before anything is acknowledged."""
    parsed = [_parse(raw, insert.events.workspace, now) for raw in raws]
    events = [event for event in parsed if isinstance(event, Event)]
    inserted = iter(insert.run(events))
    results = [_result(index, one, inserted) for index, one in enumerate(parsed)]
    _quarantine(raws, parsed, state, now)
    counts = Counter(result["result"] for result in results)
    return {"results": results} | {kind.value: counts[kind.value] for kind in Result}


def _parse(raw: bytes, workspace: str, now: int) -> Event | Rejected:
    try:
        return parse(raw, workspace, now)
    except Rejected as rejected:
        return rejected


def _result(index: int, one: Event | Rejected, inserted: Any) -> Outcome:
    if isinstance(one, Rejected):
        outcome = {"index": index, "id": one.event_id, "result": Result.REJECTED.value}
        return outcome | {"reason": one.reason.value, "detail": one.detail}
    result = next(inserted)
    outcome = {"index": index, "id": one.id, "result": result.value}
    return outcome | (
        {"reason": Reason.DIFFERENT_CONTENT.value, "detail": CONFLICT_DETAIL} if result is Result.CONFLICT else {}
    )


def _quarantine(raws: Sequence[bytes], parsed: Sequence[Event | Rejected], state: WorkspaceTable, now: int) -> None:
    rejected = [(raw, one) for raw, one in zip(raws, parsed, strict=True) if isinstance(one, Rejected)]
    items = [
        rejected_item(state.workspace, now=now, reason=one.reason, detail=one.detail, raw=raw, event_id=one.event_id)
        for raw, one in rejected
    ]
    state.put_all({item["sk"]: item for item in items}.values())
