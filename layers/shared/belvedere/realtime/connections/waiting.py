"""Who waits for the push: connections to be greeted, and subscriptions to be served from their own cursor.

Each is a row of State beside the row it speaks of. So a push that serves one newcomer reads one row, however many
others listen.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from belvedere.storage.attributes import encode_item
from belvedere.storage.keys import SEPARATOR, unescape
from belvedere.storage.keys.realtime import waiting_key, waiting_partition
from belvedere.storage.table import WorkspaceTable

GREETING = "@greeting"  # among the names of channels, none of which is called that


@dataclass(frozen=True)
class Waiting:
    """The waiting of one workspace; `what` is a channel, or GREETING."""

    state: WorkspaceTable

    def by_channel(self) -> dict[str, list[str]]:
        """Everybody who waits: connection ids, by what for."""
        found: dict[str, list[str]] = defaultdict(list)
        for item in self.state.query(waiting_partition(self.state.workspace), consistent=True):
            what, _, connection = str(item["sk"]).partition(SEPARATOR)
            found[unescape(what)].append(connection)
        return dict(found)

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
