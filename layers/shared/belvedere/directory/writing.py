"""How the Directory is written: all or nothing, and announced, because kept answers depend on it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from belvedere.cache import version
from belvedere.clock import Clock, now_ms
from belvedere.errors import Conflict, DatabaseUnavailable
from belvedere.storage.attributes import AttributeValue, Item, encode
from belvedere.storage.backoff import pause_s
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

Action = dict[str, Any]
ATTEMPTS = 6
FIRST_PAUSE_S = 0.02
CLOSING = "closing"  # the attribute of a record that is being deleted: nobody sees it, nobody can add to it
REFUSED = "ConditionalCheckFailed"
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
IS_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}


class ConditionFailed(Exception):
    """A condition of a transaction did not hold, so nothing of it was written."""


@contextmanager
def changing(tables: Tables, clock: Clock = now_ms) -> Iterator[None]:
    """Say that what answers are made of changes: before, and again afterwards.

    The second makes answers void that were made of the old state. The first covers a process that dies in between:
    an answer made within two seconds of a move is never kept.
    """
    version.bump(tables.state, clock())
    try:
        yield
    finally:
        version.bump(tables.state, clock())


def transact(table: WorkspaceTable, actions: Sequence[Action], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Write up to 100 actions or none. Raises Refused, and DatabaseUnavailable when conflicts outlast the attempts."""
    for attempt in range(ATTEMPTS):
        reasons = _attempt(table, actions)
        if not reasons:
            return
        if REFUSED in reasons:
            raise ConditionFailed
        sleep(pause_s(FIRST_PAUSE_S, attempt))
    raise DatabaseUnavailable("somebody else changes the same just now; send the same request again")


def _attempt(table: WorkspaceTable, actions: Sequence[Action]) -> set[str]:
    """Why a transaction was cancelled; empty when it was written."""
    try:
        table.client.transact_write_items(TransactItems=list(actions))
    except table.client.exceptions.TransactionCanceledException as error:
        reasons = {str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])}
        if not reasons & {REFUSED, *PASSING}:
            raise
        return reasons
    except table.client.exceptions.TransactionInProgressException:
        return {"TransactionConflict"}
    return set()


def put(table: WorkspaceTable, item: Item, **condition: Any) -> Action:
    """Write an item of this workspace."""
    return {"Put": {"TableName": table.name, "Item": encoded(table, item), **condition}}


def encoded(table: WorkspaceTable, item: Item) -> dict[str, AttributeValue]:
    """An item of this workspace in DynamoDB's JSON, checked by its model. Raises ValueError for what is not declared.

    The models are imported here, at the first write: PynamoDB is no part of a cold start.
    """
    from belvedere.directory.entities import directory_item

    table.own(str(item["pk"]))
    return directory_item(item)


def delete(table: WorkspaceTable, key: Key, **condition: Any) -> Action:
    """Delete an item of this workspace."""
    return {"Delete": {"TableName": table.name, "Key": table.key(key), **condition}}


def check(table: WorkspaceTable, key: Key, **condition: Any) -> Action:
    """Write only if an item is as expected."""
    return {"ConditionCheck": {"TableName": table.name, "Key": table.key(key), **condition}}


def bare(key: Key) -> Item:
    """An item that says everything by its key."""
    return {"pk": key.pk, "sk": key.sk}


def unchanged(item: Item) -> dict[str, Any]:
    """The condition that a record still has the version that was read, and is not being deleted."""
    return {
        "ConditionExpression": "#version = :version AND attribute_not_exists(#closing)",
        "ExpressionAttributeNames": {"#version": "version", "#closing": CLOSING},
        "ExpressionAttributeValues": {":version": encode(item["version"])},
    }


def check_version(item: Item, wanted: int | None, what: str) -> None:
    """Raises Conflict when a caller wants to replace something else than what there is (`agent 'forces'`)."""
    if wanted is not None and wanted != item["version"]:
        raise Conflict(f"version: {what} has version {int(item['version'])} by now, not {wanted}; read it again")
