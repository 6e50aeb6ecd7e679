"""Makes, changes and deletes people: a record each, and one small item a login name, so that no two share one.

A record and its names change in one transaction. Whoever is switched off, deleted or given another role is that within
a minute everywhere. Each record has a security stamp of its own, which tokens carry: a new password, switching off and
deleting end all sessions, and whoever gets the same id later inherits none.
"""

from typing import Any

from belvedere.auth import people
from belvedere.auth.passwords import hashed_password
from belvedere.auth.tokens import new_id
from belvedere.auth.user_requests import NewUserBody, UserBody, UserFields
from belvedere.auth.visibility import forget_user
from belvedere.clock import DAY_MS, SECOND_MS, Clock, iso, now_ms
from belvedere.directory.paging import page
from belvedere.directory.writing import (
    IS_NEW,
    ConditionFailed,
    bare,
    check,
    check_version,
    delete,
    put,
    transact,
    unchanged,
)
from belvedere.errors import Conflict, NotFound
from belvedere.storage.attributes import Item, Value, encode
from belvedere.storage.keys import Key
from belvedere.storage.keys.directory import former_user_key, login_key, user_key, users_partition
from belvedere.storage.keys.state import dismissals_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

FORMER_DAYS = 90  # how long a deletion is remembered: longer than any issuer's token may be good for
SHOWN = ("username", "email", "name", "role", "active", "version", "created_at", "updated_at")
Json = dict[str, Any]


def create_user(tables: Tables, body: NewUserBody, *, demo_password: str = "", clock: Clock = now_ms) -> Json:
    """A new person; with a password that everybody knows, a demo account. Raises Conflict: an id or name is taken."""
    table, now = tables.directory, clock()
    former = table.get(former_user_key(table.workspace, body.user_id), consistent=True)
    stamps: dict[str, Value] = {"version": 1, "created_at": iso(now), "demo": bool(demo_password),
                                "stamp": new_id(), "valid_from": now if former else 0}  # fmt: skip
    item = _item(table.workspace, body.user_id, body, now, stamps, {})
    if demo_password:
        item["password_hash"] = hashed_password(demo_password)
    names = [put(table, _login(table, name, body.user_id), **IS_NEW) for name in _names(item)]
    try:
        transact(table, [put(table, item, **IS_NEW), _still_former(table, body.user_id, former), *names])
    except ConditionFailed:
        raise Conflict("user_id, username, email: one of them is another user's already") from None
    return shown(item)


def replace_user(tables: Tables, user_id: str, body: UserBody, clock: Clock = now_ms) -> Json:
    """A person with other properties. Raises NotFound and Conflict."""
    table, now = tables.directory, clock()
    before = _existing(table, user_id)
    check_version(before, body.version, f"user '{user_id}'")
    stamps: dict[str, Value] = {"version": int(before["version"]) + 1, "created_at": before["created_at"],
                                "demo": before["demo"]}  # fmt: skip
    stamps |= {name: before[name] for name in ("stamp", "valid_from") if name in before}
    if body.password is not None or (before["active"] and not body.active):
        stamps |= {"stamp": new_id(), "valid_from": now}
    item = _item(table.workspace, user_id, body, now, stamps, before)
    was, is_now = _names(before), _names(item)
    names = [put(table, _login(table, name, user_id), **IS_NEW) for name in sorted(is_now - was)]
    names += [delete(table, login_key(table.workspace, name)) for name in sorted(was - is_now)]
    try:
        transact(table, [put(table, item, **unchanged(before)), *names])
    except ConditionFailed:
        raise Conflict(
            f"user '{user_id}': the username or email is another user's, or somebody else changed this one meanwhile"
        ) from None
    people.MEMORY.forget()
    return shown(item)


def delete_user(tables: Tables, user_id: str, clock: Clock = now_ms) -> None:
    """A person and their names, what boards keep of them and what they dismissed; their events stay. Raises NotFound.

    What is theirs goes first: somebody who later gets the same id must not find it waiting. The deletion is remembered,
    because tokens of another issuer know that person by the id alone.
    """
    table, now = tables.directory, clock()
    before = _existing(table, user_id)
    names = [delete(table, login_key(table.workspace, name)) for name in sorted(_names(before))]
    forget_user(tables, user_id)
    forget_dismissals(tables, user_id)
    former: Item = {**bare(former_user_key(table.workspace, user_id)), "deleted": now,
                    "expires": (now + FORMER_DAYS * DAY_MS) // SECOND_MS}  # fmt: skip
    user = delete(table, user_key(table.workspace, user_id), **unchanged(before))
    try:
        transact(table, [user, put(table, former), *names])
    except ConditionFailed:
        raise Conflict(f"user '{user_id}' was changed by somebody else meanwhile; try again") from None
    people.MEMORY.forget()


def forget_dismissals(tables: Tables, user_id: str) -> None:
    """Delete what is noted of what somebody does not want to see again."""
    dismissals = tables.state.query(dismissals_partition(tables.state.workspace, user_id), consistent=True)
    tables.state.delete_all([Key(str(item["pk"]), str(item["sk"])) for item in dismissals])


def read_user(tables: Tables, user_id: str) -> Json:
    """A person. Raises NotFound."""
    return shown(_existing(tables.directory, user_id))


def page_of_users(tables: Tables, limit: int, after: str | None) -> tuple[list[Json], str | None]:
    """At most `limit` people behind the id `after`, by id, and the id to go on behind."""
    table = tables.directory
    start = user_key(table.workspace, after) if after else None
    items, more = page(table, users_partition(table.workspace), limit=limit, after=start)
    return [shown(item) for item in items], str(items[-1]["sk"]) if more else None


def shown(item: Item) -> Json:
    """A person as an administrator sees them: all but the password's hash."""
    fields = {name: item.get(name) for name in SHOWN}
    return {"user_id": item["user_id"], **fields, "has_password": "password_hash" in item}


def _item(workspace: str, user_id: str, body: UserFields, now: int, stamps: dict[str, Value], before: Item) -> Item:
    item: Item = {
        **bare(user_key(workspace, user_id)), **stamps, "user_id": user_id, "username": body.username or user_id,
        "name": body.name or user_id, "role": body.role, "active": body.active, "updated_at": iso(now),
    }  # fmt: skip
    if body.email:
        item["email"] = body.email
    if body.password is not None:
        item["password_hash"] = hashed_password(body.password)
    elif "password_hash" in before:
        item["password_hash"] = before["password_hash"]
    return item


def _names(item: Item) -> set[str]:
    """Under which names this person signs in, in the form in which they are compared."""
    return {str(item[name]).casefold() for name in ("username", "email") if name in item}


def _login(table: WorkspaceTable, name: str, user_id: str) -> Item:
    return {**bare(login_key(table.workspace, name)), "user_id": user_id}


def _still_former(table: WorkspaceTable, user_id: str, former: Item | None) -> dict[str, Any]:
    """The condition that nobody of this id was deleted since it was read whether somebody had been."""
    key = former_user_key(table.workspace, user_id)
    if former is None:
        return check(table, key, **IS_NEW)
    return check(table, key, ConditionExpression="deleted = :deleted",
                 ExpressionAttributeValues={":deleted": encode(former["deleted"])})  # fmt: skip


def _existing(table: WorkspaceTable, user_id: str) -> Item:
    item = table.get(user_key(table.workspace, user_id), consistent=True)
    if item is None:
        raise NotFound(f"there is no user '{user_id}'")
    return item
