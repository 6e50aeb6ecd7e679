"""The checkpoint of one Events partition: the last change of it that is in the rollups, by lane.

Everything the fold writes is written in transactions whose first action is about the checkpoint: that it stands where
it was read (`hold`), or that it moves on from there (`move`). So what is folded already is never written again, however
long a fold stood still between reading and writing.
"""

from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from belvedere.clock import DAY_MS, SECOND_MS
from belvedere.rollups.lanes import ALL, LANES, START, Checkpoint
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys.state import checkpoint_key
from belvedere.storage.table import WorkspaceTable

LIFE_MS = 7 * DAY_MS  # a stream keeps records for one day; nothing older can come again
PASSING = {
    "TransactionInProgressException", "ProvisionedThroughputExceededException", "ThrottlingException",
    "RequestLimitExceeded", "InternalServerError", "LimitExceededException",
}  # fmt: skip
UNMET = "ConditionalCheckFailed"
PASSING_REASONS = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError", UNMET}
MOST_DETAIL = 500  # characters of a refusal

REFUSALS = {"ValidationException", "ItemCollectionSizeLimitExceededException"}
REFUSED_REASONS = {"ValidationError", "ItemCollectionSizeLimitExceeded"}

Action = dict[str, Any]


class CheckpointMoved(Exception):
    """Another fold, or this one in an attempt whose answer was lost, has moved the checkpoint."""


class TransactionRefused(Exception):
    """DynamoDB refuses a transaction for what it is, and would again, however often it is tried.

    `positions` are those of the actions that it named.
    """

    def __init__(self, detail: str, positions: tuple[int, ...] = ()) -> None:
        super().__init__(detail)
        self.positions = positions


class Attempt(NamedTuple):
    """Was a transaction written? If not, the positions of the actions whose conditions did not hold."""

    written: bool
    unmet: tuple[int, ...] = ()


class LanesChanged(RuntimeError):
    """A checkpoint was left between lanes that this version does not have: let the version that wrote it go on."""


def read(state: WorkspaceTable, partition: str) -> Checkpoint:
    """Where a partition's checkpoint stands. Raises LanesChanged when it knows other lanes."""
    item = state.get(checkpoint_key(partition), consistent=True)
    if not item:
        return START
    if other := item.keys() - {"pk", "sk", "expires", ALL, *LANES}:
        raise LanesChanged(f"the checkpoint of {partition} stands between lanes: {', '.join(sorted(other))}")
    return Checkpoint(tuple(str(item.get(ALL, item.get(lane, ""))) for lane in LANES))


def hold(state: WorkspaceTable, partition: str, since: Checkpoint) -> Action:
    """The checkpoint stands at `since`."""
    return {"ConditionCheck": {"TableName": state.name, "Key": state.key(checkpoint_key(partition)), **_at(since)}}


def move(state: WorkspaceTable, partition: str, since: Checkpoint, to: Checkpoint, *, now: int) -> Action:
    """The checkpoint moves from `since` to `to`."""
    key = checkpoint_key(partition)
    item: Item = {"pk": state.own(key.pk), "sk": key.sk, **to.stored(), "expires": (now + LIFE_MS) // SECOND_MS}
    return {"Put": {"TableName": state.name, "Item": encode_item(item), **_at(since)}}


def attempt(client: Any, actions: list[Action], *, last: bool) -> Attempt:
    """Write a transaction that starts with `hold` or `move`; when it was not written, it may be tried again.

    Raises CheckpointMoved when the checkpoint is elsewhere, Refused when it would never be written. Raises ClientError
    on trouble that does not pass, or on any in the `last` attempt; whether it was written is then told by the
    checkpoint.
    """
    try:
        client.transact_write_items(TransactItems=actions)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if reasons and reasons[0] == UNMET:
            raise CheckpointMoved from error
        if code in REFUSALS or REFUSED_REASONS.intersection(reasons):
            raise _refusal(error.response) from error
        if last or not (code in PASSING or PASSING_REASONS.intersection(reasons)):
            raise
        return Attempt(False, tuple(at for at, reason in enumerate(reasons) if reason == UNMET))
    return Attempt(True)


def _refusal(response: Any) -> TransactionRefused:
    """The refusal in DynamoDB's own words."""
    reasons = list(enumerate(response.get("CancellationReasons", [])))
    named = [(at, str(reason.get("Message"))) for at, reason in reasons if reason.get("Code") in REFUSED_REASONS]
    messages = dict.fromkeys(message for _, message in named) or [response["Error"].get("Message", "")]
    return TransactionRefused("; ".join(messages)[:MOST_DETAIL], tuple(at for at, _ in named))


def _at(since: Checkpoint) -> Action:
    if since == START:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    stored = since.stored()
    names = {f"#{number}": name for number, name in enumerate((ALL, *LANES))}
    parts = (f"{short} = :{short[1:]}" if name in stored else f"attribute_not_exists({short})"
             for short, name in names.items())  # fmt: skip
    values = {f":{short[1:]}": encode(stored[name]) for short, name in names.items() if name in stored}
    return {"ConditionExpression": " AND ".join(parts), "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values}  # fmt: skip
