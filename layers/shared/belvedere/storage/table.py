"""One table as one workspace sees it: a key outside the workspace is refused before any call.

Reads are consistent only where asked, and end with the request's deadline. Batches are sent side by side and completed
(unprocessed keys are tried again with jitter), or raise DatabaseUnavailable; what was written stays written, and
writing it again is harmless.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from belvedere import deadline
from belvedere.errors import DatabaseUnavailable, TenantViolation
from belvedere.storage.attributes import Item, decode_item, encode, encode_item
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys import Key, workspace_of
from belvedere.storage.parallel import side_by_side

BATCH_READ = 100
BATCH_WRITE = 25
BATCH_ATTEMPTS = 8
FIRST_PAUSE_S = 0.05


class Index(NamedTuple):
    """A secondary index: its name, and the attributes that are its partition and sort key."""

    name: str
    partition: str
    sort: str


BY_BUCKET = Index("ByBucket", "listing", "pk")


class WorkspaceTable:
    """The items of one table that belong to one workspace."""

    def __init__(self, client: Any, name: str, workspace: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client = client
        self.name = name
        self.workspace = workspace
        self._sleep = sleep

    def own(self, pk: str) -> str:
        """The partition key itself. Raises TenantViolation when it is another workspace's."""
        if workspace_of(pk) != self.workspace:
            raise TenantViolation(f"a key of another workspace was asked of {self.workspace!r}")
        return pk

    def key(self, key: Key) -> dict[str, Any]:
        """A checked primary key in DynamoDB's JSON."""
        return {"pk": encode(self.own(key.pk)), "sk": encode(key.sk)}

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """One item, or None."""
        response = self.client.get_item(TableName=self.name, Key=self.key(key), ConsistentRead=consistent)
        return decode_item(response["Item"]) if "Item" in response else None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False, only: str = "") -> dict[Key, Item]:
        """The items that exist among any number of distinct keys; `only` is a projection that holds pk and sk."""
        options = {"ConsistentRead": consistent, **({"ProjectionExpression": only} if only else {})}

        def read(chunk: Sequence[Any]) -> list[Item]:
            deadline.check()
            request = {self.name: {"Keys": chunk, **options}}
            responses = self._complete(self.client.batch_get_item, request, "UnprocessedKeys")
            pages = (response.get("Responses", {}).get(self.name, []) for response in responses)
            return [decode_item(item) for page in pages for item in page]

        read_items = side_by_side(read, chunked(map(self.key, keys), BATCH_READ))
        return {Key(str(item["pk"]), str(item["sk"])): item for items in read_items for item in items}

    def put_all(self, items: Iterable[Item]) -> None:
        """Write items whose keys differ from each other; an item under an existing key replaces it."""
        self._write_all(
            {"PutRequest": {"Item": encode_item({**item, "pk": self.own(str(item["pk"]))})}} for item in items
        )

    def delete_all(self, keys: Iterable[Key]) -> None:
        """Delete items by distinct keys; a key with no item is fine."""
        self._write_all({"DeleteRequest": {"Key": self.key(key)}} for key in keys)

    def attempt(self, operation: str, **request: Any) -> bool:
        """A conditional write (`put_item`, `update_item`, `delete_item`); False when its condition does not hold."""
        try:
            getattr(self.client, operation)(TableName=self.name, **request)
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def query(self, pk: str, low: str = "", high: str = "", *, consistent: bool = False) -> Iterator[Item]:
        """Items of one partition in sort-key order, between `low` and `high` inclusive where given."""
        for page in self.pages(pk, low, high, consistent=consistent):
            yield from map(decode_item, page["Items"])

    def listed(self, listing: str) -> Iterator[Key]:
        """Keys that the `ByBucket` index lists under one listing (eventually consistent)."""
        for page in self.pages(listing, index=BY_BUCKET):
            yield from (Key(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])

    def pages(self, pk: str, low: str = "", high: str = "", **options: Any) -> Iterator[dict[str, Any]]:
        """Raw response pages of a range; options: consistent, limit, forward, start (a raw start key), index.

        Of an index, `pk`, `low` and `high` are its own keys, and the items what it holds of them.
        """
        request = self._range(pk, low, high, options.get("index")) | {
            "ConsistentRead": options.get("consistent", False),
            "ScanIndexForward": options.get("forward", True),
        }
        if limit := options.get("limit"):
            request["Limit"] = limit
        start = options.get("start")
        while True:
            deadline.check()
            page = self.client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
            yield page
            if not (start := page.get("LastEvaluatedKey")):
                return

    def _write_all(self, requests: Iterable[dict[str, Any]]) -> None:
        def write(chunk: Sequence[Any]) -> None:
            for _ in self._complete(self.client.batch_write_item, {self.name: chunk}, "UnprocessedItems"):
                pass

        side_by_side(write, chunked(requests, BATCH_WRITE))

    def _range(self, pk: str, low: str, high: str, index: Index | None) -> dict[str, Any]:
        partition, sort = index[1:] if index else ("pk", "sk")
        values = {":pk": encode(self.own(pk))}
        condition = f"{partition} = :pk"
        if low or high:
            condition += f" AND {sort} BETWEEN :low AND :high"
            values |= {":low": encode(low or " "), ":high": encode(high or "\U0010ffff")}
        request = {"TableName": self.name, "KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        return request | ({"IndexName": index.name} if index else {})

    def _complete(self, call: Callable[..., Any], request: dict[str, Any], rest: str) -> Iterator[dict[str, Any]]:
        for attempt in range(BATCH_ATTEMPTS):
            response = call(RequestItems=request)
            yield response
            request = response.get(rest) or {}
            if not request:
                return
            self._sleep(pause_s(FIRST_PAUSE_S, attempt))
        raise DatabaseUnavailable("the tables are busy; send the same request again", headers={"Retry-After": "1"})


def chunked(items: Iterable[Any], size: int) -> Iterator[Sequence[Any]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
