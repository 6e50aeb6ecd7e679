"""One pusher at a time for each workspace, and how far it has told each channel: one row of State.

Only the holder of the lease moves the positions, so a pusher that stood still for long cannot move them back. The
lease ends by itself; who comes while somebody holds it leaves a request (`request_push`), which the holder looks at
before it goes.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson

from belvedere.clock import SECOND_MS
from belvedere.realtime.push.progress import Positions
from belvedere.storage.attributes import Item, decode_item, encode
from belvedere.storage.keys.realtime import push_key
from belvedere.storage.table import WorkspaceTable

TERM_MS = 15 * SECOND_MS  # a pusher that died keeps the others waiting for no longer
KEEP_S = 5.0  # how often one that lives says so
_POSITIONS = "birth = :birth, told = :told, latest = :last"


@dataclass(frozen=True)
class Lease:
    """The right to push to one workspace's clients."""

    state: WorkspaceTable
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    def take(self, now: int) -> Positions | None:
        """Take it, or keep it for another term: the positions; None while somebody else has it."""
        values = {":me": self.holder, ":now": now, ":ends": now + TERM_MS}
        row = self._update("SET holder = :me, ends = :ends",
                           "attribute_not_exists(holder) OR holder = :me OR ends < :now", values)  # fmt: skip
        if row is None or "birth" not in row:
            return None if row is None else Positions()
        return Positions(str(row["birth"]), orjson.loads(str(row["told"])), orjson.loads(str(row["latest"])))

    def keep(self, now: int) -> bool:
        """Keep it for another term; False when it is not ours any more."""
        values = {":me": self.holder, ":ends": now + TERM_MS}
        return self._update("SET ends = :ends", "holder = :me", values) is not None

    def note(self, positions: Positions) -> bool:
        """Write down how far everybody has been told; False when the lease was lost."""
        return self._update(f"SET {_POSITIONS}", "holder = :me", self._values(positions)) is not None

    def release(self, positions: Positions | None = None) -> bool:
        """Give it back, with how far everybody has been told by then; False when it was not ours any more."""
        if positions is None:
            return self._update("REMOVE holder, ends", "holder = :me", {":me": self.holder}) is not None
        expression = f"SET {_POSITIONS} REMOVE holder, ends"
        return self._update(expression, "holder = :me", self._values(positions)) is not None

    def _values(self, positions: Positions) -> dict[str, Any]:
        pushed, last = (orjson.dumps(by_channel).decode() for by_channel in (positions.pushed, positions.last))
        return {":me": self.holder, ":birth": positions.birth, ":told": pushed, ":last": last}

    def _update(self, expression: str, condition: str, values: dict[str, Any]) -> Item | None:
        client = self.state.client
        try:
            answer = client.update_item(
                TableName=self.state.name,
                Key=self.state.key(push_key(self.state.workspace, "lease")),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeValues={name: encode(value) for name, value in values.items()},
                ReturnValues="ALL_NEW",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return None
        return decode_item(answer["Attributes"])


def pushing(state: WorkspaceTable, now: int) -> bool:
    """True if a pusher holds the lease; it will see everything written before this check."""
    row = state.get(push_key(state.workspace, "lease"), consistent=True)
    return row is not None and "holder" in row and int(row["ends"]) >= now


def request_push(state: WorkspaceTable) -> None:
    """Request a push for something that is not in the log: a new subscription."""
    state.client.update_item(
        TableName=state.name,
        Key=state.key(push_key(state.workspace, "asked")),
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": encode(1)},
    )


def push_requests(state: WorkspaceTable) -> int:
    """How many pushes have been requested so far."""
    item = state.get(push_key(state.workspace, "asked"), consistent=True)
    return int(item["times"]) if item else 0
