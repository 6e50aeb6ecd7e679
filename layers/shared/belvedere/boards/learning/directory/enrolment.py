"""Puts students into a class and takes them out: each by two items, written together or not at all.

Many at once are written in several transactions, each of which asks whether the class is still open. A request that is
broken off has done a part; the same request again does the rest.
"""

from collections.abc import Iterable, Sequence

from belvedere.boards.learning.directory.classes import classes_of_instructor, classes_of_student, instructors_of
from belvedere.boards.learning.directory.keys import (
    class_key,
    enrolment_key,
    enrolment_partition,
    enrolment_range,
    split_enrolment,
)
from belvedere.boards.learning.directory.register_classes import (
    IS_OPEN,
    existing,
    no_class,
    replace_class,
    student_keys,
)
from belvedere.boards.learning.directory.requests import ClassBody, EnrolmentBody
from belvedere.clock import Clock, now_ms
from belvedere.directory.paging import page
from belvedere.directory.writing import ConditionFailed, bare, changing, check, delete, put, transact
from belvedere.errors import Invalid, NotFound
from belvedere.storage.table import chunked
from belvedere.storage.tables import Tables

AT_ONCE = 49  # of two items each, and one check, in a transaction of at most 100


def change_students(tables: Tables, class_id: str, body: EnrolmentBody, clock: Clock = now_ms) -> dict[str, int]:
    """How many were `added`, `removed` and left `unchanged`. Raises Invalid and NotFound."""
    if both := sorted({*body.add} & {*body.remove}):
        raise Invalid(f"add: '{both[0]}' is in 'remove' too; a student is added or removed")
    existing(tables.directory, class_id)
    enrolled = enrolled_of(tables, class_id, [*body.add, *body.remove])
    added = [user for user in dict.fromkeys(body.add) if user not in enrolled]
    removed = [user for user in dict.fromkeys(body.remove) if user in enrolled]
    if added or removed:
        with changing(tables, clock):
            _add(tables, class_id, added)
            _remove(tables, class_id, removed)
    requested = len({*body.add, *body.remove})
    return {"added": len(added), "removed": len(removed), "unchanged": requested - len(added) - len(removed)}


def withdraw(tables: Tables, class_id: str, user: str, clock: Clock = now_ms) -> None:
    """Take one student out of a class. Raises NotFound."""
    existing(tables.directory, class_id)
    if user not in enrolled_of(tables, class_id, [user]):
        raise NotFound(f"'{user}' is no student of class '{class_id}'")
    with changing(tables, clock):
        _remove(tables, class_id, [user])


def leave_all(tables: Tables, user: str, clock: Clock = now_ms) -> None:
    """Take somebody out of every class: as a student, and as one of its instructors."""
    workspace = tables.directory.workspace
    for class_id in classes_of_instructor(workspace, user):
        record = existing(tables.directory, class_id)
        others = [instructor for instructor in instructors_of(record) if instructor != user]
        replace_class(tables, class_id, ClassBody(name=str(record["name"]), instructors=others), clock)
    with changing(tables, clock):
        for class_id in classes_of_student(workspace, user):
            _remove(tables, class_id, [user])


def enrolled_of(tables: Tables, class_id: str, users: Iterable[str]) -> set[str]:
    """Those of these users who are students of a class."""
    keys = [enrolment_key(tables.directory.workspace, class_id, user) for user in dict.fromkeys(users)]
    return {split_enrolment(key.sk)[1] for key in tables.directory.batch_get(keys, consistent=True)}


def page_of_students(tables: Tables, class_id: str, limit: int, after: str | None) -> tuple[list[str], str | None]:
    """At most `limit` students of a class behind the id `after`, and the id to go on behind. Raises NotFound."""
    table = tables.directory
    existing(table, class_id)
    low, high = enrolment_range(class_id)
    start = enrolment_key(table.workspace, class_id, after) if after else None
    items, more = page(table, enrolment_partition(table.workspace), limit=limit, after=start, low=low, high=high)
    users = [split_enrolment(str(item["sk"]))[1] for item in items]
    return users, users[-1] if more else None


def _add(tables: Tables, class_id: str, users: Sequence[str]) -> None:
    table = tables.directory
    is_open = check(table, class_key(table.workspace, class_id), **IS_OPEN)
    for some in chunked(users, AT_ONCE):
        items = [put(table, bare(key)) for user in some for key in student_keys(table, class_id, user)]
        try:
            transact(table, [is_open, *items])
        except ConditionFailed:
            raise no_class(class_id) from None


def _remove(tables: Tables, class_id: str, users: Sequence[str]) -> None:
    for some in chunked(users, AT_ONCE):
        keys = [key for user in some for key in student_keys(tables.directory, class_id, user)]
        transact(tables.directory, [delete(tables.directory, key) for key in keys])
