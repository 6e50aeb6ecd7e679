"""Open WebSocket connections and who holds them. Rows of State that end by themselves.

A connection is a row of its workspace, an index row (API Gateway names a connection and no workspace), and a row of its
holder's quota. All of them, and its subscriptions, go when it does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from belvedere.auth.roles import SERVICE
from belvedere.clock import SECOND_MS
from belvedere.realtime.connections.waiting import GREETING, LIFE_MS, Waiting, listed_items, raw_key
from belvedere.storage.attributes import Item, decode_item, encode_item
from belvedere.storage.keys import Key
from belvedere.storage.keys.realtime import (
    active_workspace_key,
    audience_key,
    connection_index_key,
    connection_key,
    connection_quota_key,
    connection_quota_partition,
    connections_partition,
    waiting_key,
)
from belvedere.storage.table import WorkspaceTable

CONNECTION_QUOTA = 10


@dataclass(frozen=True, slots=True)
class Connection:
    """One open connection; `holder` is what limits count by: the user, else the key.

    `pending_request` is what it asked for when it was opened, as text ("" for nothing); None once it has been greeted.
    Nothing can be sent before that.
    """

    id: str
    workspace: str
    holder: str
    opened: int
    user: str | None = None
    role: str = SERVICE
    pending_request: str | None = ""
    stamp: str = ""  # the security stamp that the user had

    @property
    def anonymous(self) -> bool:
        """Is it nobody's in particular? Such a one hears public channels only."""
        return self.user is None and self.role != SERVICE


def connection_index(client: Any, state: str, connection_id: str, now: int) -> Item | None:
    """What is known of a connection by its name alone: its `workspace`; or, of one that has not said who it is yet,
    the `wish` it was opened with. None for an unknown one, and for one that took too long to say it."""
    answer = client.get_item(TableName=state, Key=raw_key(connection_index_key(connection_id)), ConsistentRead=True)
    item = decode_item(answer["Item"]) if "Item" in answer else None
    return item if item and int(item["expires"]) * SECOND_MS > now else None


@dataclass(frozen=True)
class Connections:
    """The connections of one workspace."""

    state: WorkspaceTable

    def open(self, connection: Connection) -> None:
        """Write down a new connection, all of it or nothing."""
        ends = (connection.opened + LIFE_MS) // SECOND_MS
        quota_key = connection_quota_key(self.state.workspace, connection.holder, connection.id)
        maybe = {"user": connection.user, "wish": connection.pending_request, "stamp": connection.stamp or None}
        row: Item = {"holder": connection.holder, "opened": connection.opened, "role": connection.role,
                     **{name: value for name, value in maybe.items() if value is not None}}  # fmt: skip
        rows: list[tuple[Key, Item]] = [
            (self._key(connection.id), row),
            (quota_key, {}),
            (connection_index_key(connection.id), {"workspace": self.state.workspace}),
            (active_workspace_key(self.state.workspace), {}),
        ]
        actions = [{"Put": self._put(key, item | {"expires": ends})} for key, item in rows]
        if connection.pending_request is not None:
            actions.append(Waiting(self.state).put(GREETING, connection.id, ends))
        self.state.client.transact_write_items(TransactItems=actions)

    def find(self, connection_id: str) -> Connection | None:
        """An open connection."""
        item = self.state.get(self._key(connection_id), consistent=True)
        return self._connection(item) if item else None

    def all(self, now: int) -> list[Connection]:
        """Every open connection."""
        rows = self.state.query(connections_partition(self.state.workspace), consistent=True)
        return [self._connection(item) for item in rows if int(item["expires"]) * SECOND_MS > now]

    def held(self, holder: str, now: int) -> int:
        """How many connections a caller holds."""
        rows = self.state.query(connection_quota_partition(self.state.workspace, holder), consistent=True)
        return sum(int(row["expires"]) * SECOND_MS > now for row in rows)

    def greeted(self, connection_id: str) -> None:
        """Note that a connection was greeted, and subscribed to what it asked for."""
        self.state.attempt("update_item", Key=self.state.key(self._key(connection_id)),
                           UpdateExpression="REMOVE wish",
                           ConditionExpression="attribute_exists(pk)")  # fmt: skip
        Waiting(self.state).forget(GREETING, connection_id)

    def close(self, connection: Connection, channels: Iterable[str]) -> None:
        """Forget a connection and its subscriptions to any of `channels`; one that is gone already is fine."""
        workspace = self.state.workspace
        quota_key = connection_quota_key(workspace, connection.holder, connection.id)
        self.state.delete_all([self._key(connection.id), quota_key])
        self.leave(connection.id, channels)

    def leave(self, connection_id: str, channels: Iterable[str]) -> None:
        """Forget what is kept of a connection by its name alone: where it waits and listens, and its index row."""
        workspace, channels = self.state.workspace, list(channels)
        keys = [audience_key(workspace, channel, connection_id) for channel in channels]
        keys += [waiting_key(workspace, what, connection_id) for what in (GREETING, *channels)]
        self.state.delete_all(keys)
        self.state.client.delete_item(TableName=self.state.name, Key=raw_key(connection_index_key(connection_id)))

    def _key(self, connection_id: str) -> Key:
        return connection_key(self.state.workspace, connection_id)

    def _put(self, key: Key, item: Item) -> dict[str, Any]:
        return {"TableName": self.state.name, "Item": raw_key(key) | encode_item(item)}

    def _connection(self, item: Item) -> Connection:
        user, pending = item.get("user"), item.get("wish")
        return Connection(
            id=str(item["sk"]),
            workspace=self.state.workspace,
            holder=str(item["holder"]),
            opened=int(item["opened"]),
            user=None if user is None else str(user),
            role=str(item["role"]),
            pending_request=None if pending is None else str(pending),
            stamp=str(item.get("stamp", "")),
        )


def active(state: WorkspaceTable, now: int) -> int:
    """How many connections are open: rows that the TTL has ended, but not yet removed, do not count."""
    rows = state.query(connections_partition(state.workspace))
    return sum(1 for row in rows if int(row["expires"]) * SECOND_MS > now)


def active_workspaces(client: Any, state: str, now: int) -> list[str]:
    """Workspaces that have, or lately had, open connections: for the heartbeat's schedule."""
    listed = listed_items(client, state, active_workspace_key("").pk)
    return [str(item["sk"]) for item in listed if int(item["expires"]) * SECOND_MS > now]
