"""Who listens to a channel, and from where each of them is still to be served. Rows of State, one a subscription."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from belvedere.clock import SECOND_MS
from belvedere.realtime.channel import ReaderFilter
from belvedere.realtime.connections.store import Connection
from belvedere.realtime.connections.waiting import LIFE_MS, Waiting
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys.realtime import audience_key, audience_partition, waiting_key
from belvedere.storage.table import WorkspaceTable

ATTEMPTS = 5  # of a transaction that meets another one


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What a connection wants of a channel.

    `behind` is the cursor it is still to be served from ("" for one that has nothing yet); None once it is told what
    everybody is told. `failures` counts the deliveries in a row that did not arrive. `opened` is when the connection
    was, epoch ms.
    """

    connection: str
    wanted: ReaderFilter
    behind: str | None
    failures: int = 0
    opened: int = 0

    @property
    def expires(self) -> int:
        """When its row goes by itself, epoch seconds."""
        return (self.opened + LIFE_MS) // SECOND_MS


@dataclass(frozen=True)
class Audience:
    """The subscriptions to one channel of one workspace; whoever is behind, and nobody else, has a row in `Waiting`."""

    state: WorkspaceTable
    channel: str

    def join(self, connection: Connection, wanted: ReaderFilter, behind: str) -> None:
        """Let a connection in, to be served from `behind` on; a subscription it has already is replaced."""
        expires = (connection.opened + LIFE_MS) // SECOND_MS
        item: Item = {"behind": behind, "wanted": wanted.packed(), "expires": expires}
        put = {"TableName": self.state.name, "Item": self._key(connection.id) | encode_item(item)}
        actions = [{"Put": put}, self._waiting.put(self.channel, connection.id, expires)]
        for left in reversed(range(ATTEMPTS)):
            try:
                self.state.client.transact_write_items(TransactItems=actions)
                return
            except self.state.client.exceptions.TransactionCanceledException:  # the push is at the same rows
                if not left:
                    raise

    def leave(self, connection_id: str) -> None:
        """Let a connection go; one that was not there is fine."""
        workspace = self.state.workspace
        self.state.delete_all(
            [audience_key(workspace, self.channel, connection_id), waiting_key(workspace, self.channel, connection_id)]
        )

    def members(self, now: int) -> list[Subscriber]:
        """Everybody in it."""
        rows = self.state.query(audience_partition(self.state.workspace, self.channel), consistent=True)
        return _living(rows, now)

    def subscribers(self, connection_ids: Sequence[str], now: int) -> list[Subscriber]:
        """Those of some connections that are in it."""
        keys = [audience_key(self.state.workspace, self.channel, connection_id) for connection_id in connection_ids]
        return _living(self.state.batch_get(keys, consistent=True).values(), now)

    def served(self, subscription: Subscriber, behind: str | None, failures: int = 0) -> None:
        """Note from where a subscription is to be served next, unless it was made anew or ended meanwhile."""
        name = subscription.connection
        values = {":failures": encode(failures)}
        expression, waits = "SET failures = :failures REMOVE behind", self._waiting.delete(self.channel, name)
        if behind is not None:
            expression, values[":next"] = "SET failures = :failures, behind = :next", encode(behind)
            waits = self._waiting.put(self.channel, name, subscription.expires)
        condition = "attribute_exists(pk) AND attribute_not_exists(behind)"
        if subscription.behind is not None:
            condition, values[":behind"] = "behind = :behind", encode(subscription.behind)
        update = {"TableName": self.state.name, "Key": self._key(name), "UpdateExpression": expression,
                  "ConditionExpression": condition, "ExpressionAttributeValues": values}  # fmt: skip
        try:
            self.state.client.transact_write_items(TransactItems=[{"Update": update}, waits])
        except self.state.client.exceptions.TransactionCanceledException:
            return  # it is served as its row says by now

    @property
    def _waiting(self) -> Waiting:
        return Waiting(self.state)

    def _key(self, connection_id: str) -> dict[str, Any]:
        return self.state.key(audience_key(self.state.workspace, self.channel, connection_id))


def _living(items: Iterable[Item], now: int) -> list[Subscriber]:
    return [_subscriber(item) for item in items if int(item["expires"]) * SECOND_MS > now]


def _subscriber(item: Item) -> Subscriber:
    behind = item.get("behind")
    return Subscriber(
        str(item["sk"]),
        ReaderFilter.unpacked(str(item["wanted"])),
        None if behind is None else str(behind),
        int(item.get("failures", 0)),
        int(item["expires"]) * SECOND_MS - LIFE_MS,
    )
