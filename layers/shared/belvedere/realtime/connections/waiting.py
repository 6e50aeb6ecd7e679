"""Who is waited for, and who waits for the push: connections that are still to authenticate, connections to be greeted,
and subscriptions to be served from their own cursor.

Each is a row of State beside the row it speaks of. So a push that serves one newcomer reads one row, however many
others listen.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from belvedere.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from belvedere.storage.attributes import Item, decode_item, encode, encode_item
from belvedere.storage.keys import SEPARATOR, Key, unescape
from belvedere.storage.keys.realtime import connection_index_key, pending_auth_key, waiting_key, waiting_partition
from belvedere.storage.table import WorkspaceTable

LIFE_MS = 2 * HOUR_MS + 10 * MINUTE_MS  # API Gateway closes a connection after two hours
AUTH_TIMEOUT_MS = 30 * SECOND_MS  # for a connection to authenticate
GRACE_MS = 5 * SECOND_MS  # after that, for one that is being let in just then
GREETING = "@greeting"  # among the names of channels, none of which is called that


@dataclass(frozen=True)
class Waiting:
    """The waiting of one workspace; `what` is a channel, or GREETING."""

    state: WorkspaceTable

    def by_channel(self) -> dict[str, list[str]]:
        """Everybody who waits: connection ids, by what for."""
        names: dict[str, list[str]] = defaultdict(list)
        for item in self.state.query(waiting_partition(self.state.workspace), consistent=True):
            what, _, connection = str(item["sk"]).partition(SEPARATOR)
            names[unescape(what)].append(connection)
        return dict(names)

    def put(self, what: str, connection_id: str, expires: int) -> dict[str, Any]:
        """The action of a transaction that makes a connection wait, at most until `expires` (epoch s)."""
        key = self.state.key(waiting_key(self.state.workspace, what, connection_id))
        return {"Put": {"TableName": self.state.name, "Item": key | encode_item({"expires": expires})}}

    def delete(self, what: str, connection_id: str) -> dict[str, Any]:
        """The action of a transaction that ends a connection's waiting."""
        key = self.state.key(waiting_key(self.state.workspace, what, connection_id))
        return {"Delete": {"TableName": self.state.name, "Key": key}}

    def forget(self, what: str, connection_id: str) -> None:
        """End a connection's waiting; one that did not wait is fine."""
        self.state.delete_all([waiting_key(self.state.workspace, what, connection_id)])


def add_pending(client: Any, state: str, connection_id: str, request: str, now: int) -> None:
    """Index a connection that authenticates with its first message, and list it among those that are still to do so."""
    until = (now + AUTH_TIMEOUT_MS) // SECOND_MS
    listed: Item = {"until": until, "expires": (now + LIFE_MS) // SECOND_MS}
    client.put_item(TableName=state, Item=raw_key(pending_auth_key(connection_id)) | encode_item(listed))
    item: Item = {"wish": request, "expires": until}
    client.put_item(TableName=state, Item=raw_key(connection_index_key(connection_id)) | encode_item(item))


def pending_auth(client: Any, state: str, now: int) -> list[str]:
    """Connections whose time to authenticate is over."""
    pending = listed_items(client, state, pending_auth_key("").pk)
    return [str(item["sk"]) for item in pending if int(item["until"]) * SECOND_MS + GRACE_MS < now]


def clear_pending(client: Any, state: str, connection_id: str) -> None:
    """Take a connection off the list of those that are still to authenticate."""
    client.delete_item(TableName=state, Key=raw_key(pending_auth_key(connection_id)))


def forget_pending(client: Any, state: str, connection_id: str) -> None:
    """Forget a connection that never authenticated."""
    client.delete_item(TableName=state, Key=raw_key(connection_index_key(connection_id)))
    clear_pending(client, state, connection_id)


def raw_key(key: Key) -> dict[str, Any]:
    """A key that belongs to no workspace, as DynamoDB's JSON."""
    return {"pk": encode(key.pk), "sk": encode(key.sk)}


def listed_items(client: Any, state: str, pk: str) -> list[Item]:
    """All items of a partition that belongs to no workspace."""
    request = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": encode(pk)}}
    pages = client.get_paginator("query").paginate(TableName=state, **request)
    return [decode_item(item) for page in pages for item in page["Items"]]
