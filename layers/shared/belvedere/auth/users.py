"""Makes, changes and deletes people: a record each, and one small item a login name, so that no two share one.

A record and its names change in one transaction. Whoever is switched off, deleted or given another role is that within
a minute everywhere; a new password voids all tokens given before.
"""

from typing import Any

from belvedere.auth import people
from belvedere.auth.passwords import hashed_password
from belvedere.auth.requests import NewUserBody, UserBody, UserFields
from belvedere.clock import Clock, iso, now_ms
from belvedere.directory.enrolment import leave_all
from belvedere.directory.paging import page
from belvedere.directory.writing import IS_NEW, Refused, bare, check_version, delete, put, transact, unchanged
from belvedere.errors import Conflict, NotFound
from belvedere.storage.attributes import Item, Value
from belvedere.storage.keys.directory import login_key, user_key, users_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

SHOWN = ("username", "email", "name", "role", "active", "version", "created_at", "updated_at")
Json = dict[str, Any]


def create_user(mine: Tables, body: NewUserBody, *, demo_password: str = "", clock: Clock = now_ms) -> Json:
    """A new person; with a password that everybody knows, a demo account. Raises Conflict: an id or name is taken."""
    table, now = mine.directory, clock()
    stamps: dict[str, Value] = {"version": 1, "created_at": iso(now), "demo": bool(demo_password)}
    item = _item(table.workspace, body.user_id, body, now, stamps, {})
    if demo_password:
        item["password_hash"] = hashed_password(demo_password)
    names = [put(table, _login(table, name, body.user_id), **IS_NEW) for name in _names(item)]
    try:
        transact(table, [put(table, item, **IS_NEW), *names])
    except Refused:
        raise Conflict("user_id, username, email: one of them is another user's already") from None
    return shown(item)


def replace_user(mine: Tables, user_id: str, body: UserBody, clock: Clock = now_ms) -> Json:
    """A person with other properties. Raises NotFound and Conflict."""
    table, now = mine.directory, clock()
    before = _existing(table, user_id)
    check_version(before, body.version, f"user '{user_id}'")
    stamps: dict[str, Value] = {"version": int(before["version"]) + 1, "created_at": before["created_at"],
                                "demo": before["demo"]}  # fmt: skip
    item = _item(table.workspace, user_id, body, now, stamps, before)
    was, is_now = _names(before), _names(item)
    names = [put(table, _login(table, name, user_id), **IS_NEW) for name in sorted(is_now - was)]
    names += [delete(table, login_key(table.workspace, name)) for name in sorted(was - is_now)]
    try:
        transact(table, [put(table, item, **unchanged(before)), *names])
    except Refused:
        raise Conflict(
            f"user '{user_id}': the username or email is another user's, or somebody else changed this one meanwhile"
        ) from None
    people.MEMORY.forget()
    return shown(item)


def delete_user(mine: Tables, user_id: str) -> None:
    """A person and their names, and their places in classes; their events stay. Raises NotFound.

    The classes come first: somebody who later gets the same id must not find them waiting.
    """
    table = mine.directory
    before = _existing(table, user_id)
    names = [delete(table, login_key(table.workspace, name)) for name in sorted(_names(before))]
    leave_all(mine, user_id)
    try:
        transact(table, [delete(table, user_key(table.workspace, user_id), **unchanged(before)), *names])
    except Refused:
        raise Conflict(f"user '{user_id}' was changed by somebody else meanwhile; try again") from None
    people.MEMORY.forget()


def read_user(mine: Tables, user_id: str) -> Json:
    """A person. Raises NotFound."""
    return shown(_existing(mine.directory, user_id))


def page_of_users(mine: Tables, limit: int, after: str | None) -> tuple[list[Json], str | None]:
    """At most `limit` people behind the id `after`, by id, and the id to go on behind."""
    table = mine.directory
    start = user_key(table.workspace, after) if after else None
    items, more = page(table, users_partition(table.workspace), limit=limit, after=start)
    return [shown(item) for item in items], str(items[-1]["sk"]) if more else None


def shown(item: Item) -> Json:
    """A person as an administrator sees them: all but the password's hash."""
    told = {name: item.get(name) for name in SHOWN}
    return {"user_id": item["user_id"], **told, "has_password": "password_hash" in item}


def _item(
    workspace: str, user_id: str, body: UserFields, now: int, stamps: dict[str, Value], before: Item
) -> Item:
    item: Item = {
        **bare(user_key(workspace, user_id)), **stamps, "user_id": user_id, "username": body.username or user_id,
        "name": body.name or user_id, "role": body.role, "active": body.active, "updated_at": iso(now),
    }  # fmt: skip
    if body.email:
        item["email"] = body.email
    if body.password is not None:
        return item | {"password_hash": hashed_password(body.password), "valid_from": now if before else 0}
    return item | {name: before[name] for name in ("password_hash", "valid_from") if name in before}


def _names(item: Item) -> set[str]:
    """Under which names this person signs in, in the form in which they are compared."""
    return {str(item[name]).casefold() for name in ("username", "email") if name in item}


def _login(table: WorkspaceTable, name: str, user_id: str) -> Item:
    return {**bare(login_key(table.workspace, name)), "user_id": user_id}


def _existing(table: WorkspaceTable, user_id: str) -> Item:
    item = table.get(user_key(table.workspace, user_id), consistent=True)
    if item is None:
        raise NotFound(f"there is no user '{user_id}'")
    return item
