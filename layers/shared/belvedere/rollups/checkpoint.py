"""The checkpoint of one Events partition: the last change of it that is in the rollups.

Everything the fold writes is written in transactions whose first action is about the checkpoint: that it stands where
it was read (`hold`), or that it moves on from there (`move`). So what is folded already is never written again, however
long a fold stood still between reading and writing.
"""

from typing import Any

from botocore.exceptions import ClientError

from belvedere.clock import DAY_MS, SECOND_MS
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import checkpoint_key
from belvedere.storage.table import WorkspaceTable

LIFE_MS = 7 * DAY_MS  # a stream keeps records for one day; nothing older can come again
PASSING = {
    "TransactionInProgressException", "ProvisionedThroughputExceededException", "ThrottlingException",
    "RequestLimitExceeded", "InternalServerError", "LimitExceededException",
}  # fmt: skip
PASSING_REASONS = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError", "ConditionalCheckFailed"}

Action = dict[str, Any]


class CheckpointMoved(Exception):
    """Another fold, or this one in an attempt whose answer was lost, has moved the checkpoint."""


def read(state: WorkspaceTable, partition: str) -> str:
    """The sequence number of the last folded change; "" for none."""
    item = state.get(checkpoint_key(partition), consistent=True)
    return str(item["sequence"]) if item else ""


def hold(state: WorkspaceTable, partition: str, since: str) -> Action:
    """The checkpoint stands at `since`."""
    return {"ConditionCheck": {"TableName": state.name, "Key": state.key(checkpoint_key(partition)), **_at(since)}}


def move(state: WorkspaceTable, partition: str, since: str, to: str, *, now: int) -> Action:
    """The checkpoint moves from `since` to `to`."""
    key = checkpoint_key(partition)
    item: Item = {"pk": state.own(key.pk), "sk": key.sk, "sequence": to, "expires": (now + LIFE_MS) // SECOND_MS}
    return {"Put": {"TableName": state.name, "Item": encode_item(item), **_at(since)}}


def attempt(client: Any, actions: list[Action], *, last: bool) -> bool:
    """Write a transaction that starts with `hold` or `move`. False when it was not written and may be tried again.

    Raises CheckpointMoved when the checkpoint is elsewhere. Raises ClientError on trouble that does not pass, or on
    any in the `last` attempt; whether it was written is then told by the checkpoint.
    """
    try:
        client.transact_write_items(TransactItems=actions)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
        if reasons and reasons[0] == "ConditionalCheckFailed":
            raise CheckpointMoved from error
        if last or not (code in PASSING or PASSING_REASONS.intersection(reasons)):
            raise
        return False
    return True


def _at(since: str) -> Action:
    if not since:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionExpression": "#s = :since", "ExpressionAttributeNames": {"#s": "sequence"},
            "ExpressionAttributeValues": {":since": encode(since)}}  # fmt: skip
