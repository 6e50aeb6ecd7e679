"""Makes, changes and deletes classes. A class and what its instructors see of it change in one transaction.

A class is deleted in an order that can be broken off anywhere and gone on with: it is closed first, so that nobody can
be added any more, then its students go, then the record. So nothing of it can be left behind.
"""

from collections.abc import Collection, Iterable
from typing import Any

import orjson

from belvedere.boards.learning.directory.classes import INSTRUCTOR, STUDENT, instructors_of, students_of
from belvedere.boards.learning.directory.keys import class_key, classes_partition, enrolment_key, membership_key
from belvedere.boards.learning.directory.requests import ClassBody, ClassFields, NewClassBody
from belvedere.clock import Clock, iso, now_ms
from belvedere.directory.paging import page
from belvedere.directory.writing import (
    CLOSING,
    IS_NEW,
    ConditionFailed,
    bare,
    changing,
    check_version,
    delete,
    put,
    transact,
    unchanged,
)
from belvedere.errors import Conflict, NotFound
from belvedere.storage.attributes import Item, Value, encode
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

NAMES = {"#closing": CLOSING}
IS_OPEN = {"ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(#closing)",
           "ExpressionAttributeNames": NAMES}  # fmt: skip
Json = dict[str, Any]


def create_class(tables: Tables, body: NewClassBody, clock: Clock = now_ms) -> Json:
    """A new class. Raises Conflict when there is one of that id."""
    table, now = tables.directory, iso(clock())
    item = _item(table.workspace, body.class_id, body, version=1, created_at=now, updated_at=now)
    mirrors = [put(table, bare(key)) for key in _taught(table, body.class_id, instructors_of(item))]
    try:
        with changing(tables, clock):
            transact(table, [put(table, item, **IS_NEW), *mirrors])
    except ConditionFailed:
        raise Conflict(f"class_id: there is a class '{body.class_id}' already, or it is just being deleted") from None
    return shown(item)


def replace_class(tables: Tables, class_id: str, body: ClassBody, clock: Clock = now_ms) -> Json:
    """A class with another name or other instructors; its students stay. Raises NotFound and Conflict."""
    table, before = tables.directory, existing(tables.directory, class_id)
    check_version(before, body.version, f"class '{class_id}'")
    item = _item(table.workspace, class_id, body, version=int(before["version"]) + 1,
                 created_at=str(before["created_at"]), updated_at=iso(clock()))  # fmt: skip
    was, is_now = instructors_of(before), instructors_of(item)
    mirrors = [put(table, bare(key)) for key in _taught(table, class_id, set(is_now) - set(was))]
    mirrors += [delete(table, key) for key in _taught(table, class_id, set(was) - set(is_now))]
    try:
        with changing(tables, clock):
            transact(table, [put(table, item, **unchanged(before)), *mirrors])
    except ConditionFailed:
        raise Conflict(f"class '{class_id}' was changed by somebody else meanwhile; read it again") from None
    return shown(item)


def delete_class(tables: Tables, class_id: str, clock: Clock = now_ms) -> None:
    """A class and all that says who is in it. Raises NotFound; one that was broken off is finished."""
    table, key = tables.directory, class_key(tables.directory.workspace, class_id)
    closing = {"UpdateExpression": "SET #closing = :yes", "ConditionExpression": "attribute_exists(pk)",
               "ExpressionAttributeNames": NAMES, "ExpressionAttributeValues": {":yes": encode(True)}}  # fmt: skip
    with changing(tables, clock):
        if not table.attempt("update_item", Key=table.key(key), **closing):
            raise no_class(class_id)
        record = table.get(key, consistent=True)
        table.delete_all(_taught(table, class_id, instructors_of(record) if record else ()))
        table.delete_all(of for user in students_of(table, class_id) for of in student_keys(table, class_id, user))
        table.attempt("delete_item", Key=table.key(key), ConditionExpression="attribute_exists(#closing)",
                      ExpressionAttributeNames=NAMES)  # fmt: skip


def read_class(tables: Tables, class_id: str) -> Json:
    """A class, and how many students it has. Raises NotFound."""
    item = existing(tables.directory, class_id)
    return shown(item) | {"student_count": sum(1 for _ in students_of(tables.directory, class_id))}


def page_of_classes(
    tables: Tables, limit: int, after: str | None, only: Collection[str] | None = None
) -> tuple[list[Json], str | None]:
    """At most `limit` classes behind the id `after`, by id, and the id to go on behind; `only` these, where given."""

    def visible(item: Item) -> bool:
        return CLOSING not in item and (only is None or item["sk"] in only)

    table = tables.directory
    start = class_key(table.workspace, after) if after else None
    items, more = page(table, classes_partition(table.workspace), limit=limit, after=start, shown=visible)
    return [shown(item) for item in items], str(items[-1]["sk"]) if more else None


def existing(table: WorkspaceTable, class_id: str) -> Item:
    """The record of a class. Raises NotFound."""
    item = table.get(class_key(table.workspace, class_id), consistent=True)
    if item is None or CLOSING in item:
        raise no_class(class_id)
    return item


def no_class(class_id: str) -> NotFound:
    """What is said of a class that there is not."""
    return NotFound(f"there is no class '{class_id}'")


def student_keys(table: WorkspaceTable, class_id: str, user: str) -> tuple[Key, Key]:
    """The two items that make a user a student of a class."""
    return (
        enrolment_key(table.workspace, class_id, user),
        membership_key(table.workspace, user, STUDENT, class_id),
    )


def shown(item: Item) -> Json:
    """A class as an administrator sees it."""
    shown = {name: item[name] for name in ("name", "version", "created_at", "updated_at")}
    return {"class_id": item["sk"], "instructors": instructors_of(item), **shown}


def _item(workspace: str, class_id: str, body: ClassFields, **stamps: Value) -> Item:
    instructors = orjson.dumps(list(dict.fromkeys(body.instructors))).decode()
    return {**bare(class_key(workspace, class_id)), "name": body.name, "instructors": instructors, **stamps}


def _taught(table: WorkspaceTable, class_id: str, users: Iterable[str]) -> list[Key]:
    return [membership_key(table.workspace, user, INSTRUCTOR, class_id) for user in users]
