"""Reads and writes entities of one table by this process's metered client. Blocking."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from belvedere.settings import settings
from belvedere.storage.attributes import encode
from belvedere.storage.client import dynamodb
from belvedere.storage.entities.directory import WorkspaceListing, WorkspaceRecord
from belvedere.storage.entities.entity import Entity, read
from belvedere.storage.keys import Key
from belvedere.storage.keys.directory import WORKSPACES, workspace_listing_key

Record = TypeVar("Record", bound=Entity)
Action = dict[str, Any]


class EntityStore:
    """The entities of one table, of any workspace: for the command line, administration and schedules."""

    def __init__(self, client: Any, table: str) -> None:
        self.client = client
        self.table = table

    def get(self, model: type[Record], key: Key) -> Record | None:
        """A record, read consistently; None where there is none."""
        answer = self.client.get_item(TableName=self.table, Key=_raw(key), ConsistentRead=True)
        return read(model, answer["Item"]) if "Item" in answer else None

    def query(
        self, model: type[Record], partition: str, prefix: str = "", *, consistent: bool = False
    ) -> Iterator[Record]:
        """The records of a partition whose sort keys begin with `prefix`, in their order."""
        condition, values = "pk = :pk", {":pk": encode(partition)}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", values | {":prefix": encode(prefix)}
        request: Action = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        request["ConsistentRead"] = consistent
        return (read(model, item) for item in self._items(self.client.query, request))

    def scan(self, model: type[Record], sort_key: str) -> Iterator[Record]:
        """The records of the whole table that have a sort key."""
        values = {":sk": encode(sort_key)}
        request = {"FilterExpression": "sk = :sk", "ExpressionAttributeValues": values}
        return (read(model, item) for item in self._items(self.client.scan, request))

    def put(self, record: Entity) -> None:
        """Write a record, in the place of one that has its key."""
        self.client.put_item(TableName=self.table, Item=record.serialize())

    def delete(self, record: Entity) -> None:
        """Delete a record; one that is gone is fine."""
        self.client.delete_item(TableName=self.table, Key=_raw(Key(record.pk, record.sk)))

    def transact(self, actions: Sequence[Action]) -> None:
        """Write all actions or none. Raises TransactionCanceledException."""
        self.client.transact_write_items(TransactItems=list(actions))

    def put_action(self, record: Entity, **condition: Any) -> Action:
        """The action of a transaction that writes a record."""
        return {"Put": {"TableName": self.table, "Item": record.serialize(), **condition}}

    def delete_action(self, record: Entity) -> Action:
        """The action of a transaction that deletes a record."""
        return {"Delete": {"TableName": self.table, "Key": _raw(Key(record.pk, record.sk))}}

    def keep_action(self, record: Entity, **values: str) -> Action:
        """The action of a transaction that makes a record where there is none, and leaves what it has as it is."""
        sets = ", ".join(f"{name} = if_not_exists({name}, :{name})" for name in values)
        encoded = {f":{name}": encode(value) for name, value in values.items()}
        return {"Update": {"TableName": self.table, "Key": _raw(Key(record.pk, record.sk)),
                           "UpdateExpression": f"SET {sets}", "ExpressionAttributeValues": encoded}}  # fmt: skip

    def _items(self, call: Any, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        start: dict[str, Any] = {}
        while True:
            page = call(TableName=self.table, **request, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def directory_store() -> EntityStore:
    """The Directory of this deployment."""
    return EntityStore(dynamodb(), settings().directory_table)


def workspace_names() -> list[str]:
    """All workspaces, in order: for schedules."""
    return [listing.sk for listing in directory_store().query(WorkspaceListing, WORKSPACES)]


def list_workspaces() -> None:
    """List workspaces that were made before there was a list, by a scan: for the command line."""
    store = directory_store()
    for record in store.scan(WorkspaceRecord, "workspace"):
        store.put(WorkspaceListing(*workspace_listing_key(record.pk.partition("#")[2])))


def _raw(key: Key) -> dict[str, Any]:
    return {"pk": encode(key.pk), "sk": encode(key.sk)}
