"""The layer behind the process: answers and refresh leases in the Cache table. Blocking; `serve` runs it in threads."""

from collections.abc import Iterator
from uuid import uuid4

import orjson

from belvedere.cache.entry import STORED_AT_MOST, CacheEntry, item_of, packed, unpacked
from belvedere.cache.invalidation import matches
from belvedere.cache.policy import worth_storing
from belvedere.clock import SECOND_MS
from belvedere.storage.attributes import Item, decode_item, encode, encode_item
from belvedere.storage.keys.cache import answer_key, lease_key
from belvedere.storage.table import WorkspaceTable

LEASE_MS = 30 * SECOND_MS


def fetch(table: WorkspaceTable, name: str) -> CacheEntry | None:
    """A kept answer. One that cannot be read (an older release wrote it, say) is none."""
    item = table.get(answer_key(table.workspace, name))
    data = item.get("entry") if item else None
    try:
        return unpacked(data) if isinstance(data, bytes) else None
    except Exception:
        return None


def keep(table: WorkspaceTable, name: str, entry: CacheEntry, read_units: float | None) -> bool:
    """Store an answer that took this many units to compute, where that pays; None stores it in any case."""
    data = packed(entry)
    if len(data) > STORED_AT_MOST or not (read_units is None or worth_storing(len(data), read_units)):
        return False
    item = item_of(answer_key(table.workspace, name), entry, data)
    table.client.put_item(TableName=table.name, Item=encode_item({**item, "pk": table.own(str(item["pk"]))}))
    return True


def forget(table: WorkspaceTable, name: str) -> None:
    """Delete an answer."""
    table.delete_all([answer_key(table.workspace, name)])


def names(table: WorkspaceTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and tags of every kept answer: one query, which bills the answers' size, so not for an endpoint's path."""
    request = {
        "TableName": table.name,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": encode(table.own(answer_key(table.workspace, "").pk))},
        "ProjectionExpression": "sk, tags",
    }
    for page in table.client.get_paginator("query").paginate(**request):
        for item in map(decode_item, page["Items"]):
            yield str(item["sk"]), tuple(orjson.loads(str(item["tags"])))


def sizes(table: WorkspaceTable) -> tuple[list[int], bool]:
    """The bytes of the kept answers on one page of them (a megabyte), and whether those are all."""
    page = next(table.pages(answer_key(table.workspace, "").pk))
    return [len(item["entry"]["B"]) for item in page["Items"]], "LastEvaluatedKey" not in page


def sweep(table: WorkspaceTable, pattern: str) -> int:
    """Delete what an invalidation has made void already; how many there were. Frees room, changes no answer."""
    named = [name for name, tags in names(table) if matches(pattern, name, tags)]
    table.delete_all(answer_key(table.workspace, name) for name in named)
    return len(named)


def take_lease(table: WorkspaceTable, name: str, now: int) -> str | None:
    """The right to refresh an answer, for a while, under a fresh token; None while somebody else has it."""
    token = uuid4().hex
    pk, sk = lease_key(table.workspace, name)
    until = now + LEASE_MS
    item: Item = {"pk": table.own(pk), "sk": sk, "token": token, "until": until, "expires": until // SECOND_MS + 1}
    taken = table.attempt(
        "put_item",
        Item=encode_item(item),
        ConditionExpression="attribute_not_exists(pk) OR #until < :now",
        ExpressionAttributeNames={"#until": "until"},
        ExpressionAttributeValues={":now": encode(now)},
    )
    return token if taken else None


def renew_lease(table: WorkspaceTable, name: str, token: str, now: int) -> bool:
    """Start the lease's time anew, as its holder begins; False for one who came too late and lost it."""
    return table.attempt(
        "update_item",
        Key=table.key(lease_key(table.workspace, name)),
        UpdateExpression="SET #until = :until",
        ConditionExpression="#token = :token AND #until >= :now",
        ExpressionAttributeNames={"#until": "until", "#token": "token"},
        ExpressionAttributeValues={":until": encode(now + LEASE_MS), ":now": encode(now), ":token": encode(token)},
    )


def release_lease(table: WorkspaceTable, name: str, token: str) -> None:
    """Give the right back; no longer ours is fine."""
    table.attempt(
        "delete_item",
        Key=table.key(lease_key(table.workspace, name)),
        ConditionExpression="#token = :token",
        ExpressionAttributeNames={"#token": "token"},
        ExpressionAttributeValues={":token": encode(token)},
    )
