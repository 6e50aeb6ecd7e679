"""When pull requests were last closed, as webhooks told it: a reopening does not say what it undid. Blocking."""

from datetime import UTC, datetime

from belvedere.clock import DAY_MS, SECOND_MS, to_ms
from belvedere.storage.attributes import encode
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import closing_key
from belvedere.storage.table import WorkspaceTable

KEPT_MS = 22 * DAY_MS  # an undoing counts as rework for 21 days


def note(state: WorkspaceTable, repo: str, number: int, closed_at: datetime) -> None:
    """Remember a closing, unless a later one is remembered."""
    moment = to_ms(closed_at)
    state.attempt(
        "update_item",
        Key=state.key(_key(state, repo, number)),
        UpdateExpression="SET #closed = :closed, #expires = :expires",
        ConditionExpression="attribute_not_exists(#closed) OR #closed < :closed",
        ExpressionAttributeNames={"#closed": "closed", "#expires": "expires"},
        ExpressionAttributeValues={
            ":closed": encode(moment),
            ":expires": encode((moment + KEPT_MS) // SECOND_MS),
        },
    )


def last(state: WorkspaceTable, repo: str, number: int) -> datetime | None:
    """The last closing that is remembered."""
    item = state.get(_key(state, repo, number), consistent=True)
    return datetime.fromtimestamp(int(item["closed"]) / SECOND_MS, UTC) if item else None


def _key(state: WorkspaceTable, repo: str, number: int) -> Key:
    return closing_key(state.workspace, f"{repo}#{number}")
