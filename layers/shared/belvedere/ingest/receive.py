"""The whole of ingest for one request: raw events in, one result per event out.

Every event has its own result; a bad one never fails its batch. Rejected events go to the quarantine.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from belvedere.ingest.batch import parse_all
from belvedere.ingest.body import EventBatch
from belvedere.ingest.event import EventContent
from belvedere.ingest.insert import Insert, Result
from belvedere.ingest.quarantine import Reason, Rejected, rejected_item
from belvedere.storage.table import WorkspaceTable

CONFLICT_DETAIL = "another event with this time and id is stored; the first one stays"

Outcome = dict[str, Any]


def receive(batch: EventBatch, insert: Insert, state: WorkspaceTable, now: int) -> Outcome:
    """Insert what is good, quarantine the rest.

    Raises DatabaseUnavailable before anything is acknowledged; BadRequest and TooLarge as `parse_all` does.
    """
    parsed = parse_all(batch, insert.events.workspace, now)
    inserted = iter(insert.run([outcome for outcome in parsed if isinstance(outcome, EventContent)], now))
    results = [_result(index, outcome, inserted) for index, outcome in enumerate(parsed)]
    _quarantine(batch, parsed, state, now)
    counts = Counter(result["result"] for result in results)
    return {"results": results} | {kind.value: counts[kind.value] for kind in Result}


def _result(index: int, content: EventContent | Rejected, inserted: Any) -> Outcome:
    if isinstance(content, Rejected):
        outcome = {"index": index, "id": content.event_id, "result": Result.REJECTED.value}
        return outcome | {"reason": content.reason.value, "detail": content.detail}
    result = next(inserted)
    outcome = {"index": index, "id": content.id, "result": result.value}
    return outcome | (
        {"reason": Reason.DIFFERENT_CONTENT.value, "detail": CONFLICT_DETAIL} if result is Result.CONFLICT else {}
    )


def _quarantine(batch: EventBatch, parsed: Sequence[EventContent | Rejected], state: WorkspaceTable, now: int) -> None:
    rejected = [(index, outcome) for index, outcome in enumerate(parsed) if isinstance(outcome, Rejected)]
    items = [
        rejected_item(state.workspace, now=now, reason=reject.reason, detail=reject.detail, raw=batch.raws[index],
                      event_id=reject.event_id)
        for index, reject in rejected
    ]  # fmt: skip
    state.put_all({item["sk"]: item for item in items}.values())
