"""Who listens to a channel, and from where each of them is still to be served. Rows of State, one a subscription."""

from dataclasses import dataclass

from belvedere.clock import SECOND_MS
from belvedere.realtime.channel import Wanted
from belvedere.realtime.connections import LIFE_MS, Connection
from belvedere.storage.attributes import Item, encode, encode_item
from belvedere.storage.keys import audience_key, audience_partition
from belvedere.storage.table import WorkspaceTable


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a connection wants of a channel.

    `behind` is the cursor it is still to be served from ("" for one that has nothing yet); None once it is told what
    everybody is told. `failures` counts the deliveries in a row that did not arrive. `opened` is when the connection
    was, epoch ms.
    """

    connection: str
    wanted: Wanted
    behind: str | None
    failures: int = 0
    opened: int = 0


@dataclass(frozen=True)
class Audience:
    """The subscriptions to one channel of one workspace."""

    state: WorkspaceTable
    channel: str

    def join(self, connection: Connection, wanted: Wanted, behind: str) -> None:
        """Let a connection in, to be served from `behind` on; a subscription it has already is replaced."""
        key = audience_key(self.state.workspace, self.channel, connection.id)
        item: Item = {"pk": self.state.own(key.pk), "sk": key.sk, "behind": behind, "wanted": wanted.packed(),
                      "expires": (connection.opened + LIFE_MS) // SECOND_MS}  # fmt: skip
        self.state.client.put_item(TableName=self.state.name, Item=encode_item(item))

    def leave(self, connection_id: str) -> None:
        """Let a connection go; one that was not there is fine."""
        self.state.delete_all([audience_key(self.state.workspace, self.channel, connection_id)])

    def members(self, now: int) -> list[Subscription]:
        """Everybody in it."""
        found = self.state.query(audience_partition(self.state.workspace, self.channel), consistent=True)
        return [_subscription(item) for item in found if int(item["expires"]) * SECOND_MS > now]

    def served(self, subscription: Subscription, behind: str | None, failures: int = 0) -> None:
        """Note from where a subscription is to be served next, unless it was made anew meanwhile."""
        values = {":failures": encode(failures)}
        expression = "SET failures = :failures REMOVE behind"
        if behind is not None:
            expression, values[":next"] = "SET failures = :failures, behind = :next", encode(behind)
        condition = "attribute_exists(pk) AND attribute_not_exists(behind)"
        if subscription.behind is not None:
            condition, values[":behind"] = "behind = :behind", encode(subscription.behind)
        key = audience_key(self.state.workspace, self.channel, subscription.connection)
        self.state.attempt("update_item", Key=self.state.key(key), UpdateExpression=expression,
                           ConditionExpression=condition, ExpressionAttributeValues=values)  # fmt: skip


def _subscription(item: Item) -> Subscription:
    behind = item.get("behind")
    return Subscription(
        str(item["sk"]),
        Wanted.unpacked(str(item["wanted"])),
        None if behind is None else str(behind),
        int(item.get("failures", 0)),
        int(item["expires"]) * SECOND_MS - LIFE_MS,
    )
