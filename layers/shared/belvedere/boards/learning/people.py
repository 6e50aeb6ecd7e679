"""Whom the board's people may see: a student themselves, an instructor the students of their classes.

Who is in a class is read from the Directory at each such question, by key. Implements `auth.visibility.People`.
"""

import asyncio
from collections.abc import Callable

from belvedere.auth.caller import Caller
from belvedere.auth.roles import SEE_ALL
from belvedere.boards.learning.directory.classes import classes_of_instructor, classes_of_student, get_class
from belvedere.boards.learning.directory.enrolment import leave_all
from belvedere.errors import Forbidden
from belvedere.storage.tables import Tables

STUDENT, INSTRUCTOR = "student", "instructor"
OWN_ONLY = "a student sees their own numbers only"


async def visible_users(caller: Caller) -> frozenset[str]:
    """A student themselves, the students of an instructor's classes."""
    if caller.role == STUDENT:
        return frozenset({str(caller.user)})
    names = await visible_classes(caller) or ()
    classes = [await asyncio.to_thread(get_class, caller.workspace, name) for name in names]
    return frozenset(student for school_class in classes if school_class for student in school_class.students)


async def may_see_users(caller: Caller, users: frozenset[str]) -> None:
    """Raises Forbidden for somebody else than the student, or who is in none of the instructor's classes."""
    if caller.role == STUDENT:
        if users != {caller.user}:
            raise Forbidden(OWN_ONLY)
        return
    own = set(await visible_classes(caller) or ())
    for user_id in sorted(users):
        if own.isdisjoint(await _read(classes_of_student, caller.workspace, user_id)):
            raise Forbidden(f"'{user_id}' is in none of your classes")


def forget_user(tables: Tables, user: str) -> None:
    """Take somebody out of every class."""
    leave_all(tables, user)


async def visible_classes(caller: Caller) -> tuple[str, ...] | None:
    """The ids of the classes whose members the caller may see, in order; None for all."""
    if caller.role in SEE_ALL:
        return None
    if caller.role != INSTRUCTOR or caller.user is None:
        return ()
    return tuple(sorted(await _read(classes_of_instructor, caller.workspace, caller.user)))


async def may_see_class(caller: Caller, class_id: str) -> None:
    """Raises Forbidden unless the caller may see who is in a class, whether there is one or not."""
    visible = await visible_classes(caller)
    if visible is not None and class_id not in visible:
        raise Forbidden(f"'{class_id}' is not one of your classes")


async def _read(classes_of: Callable[[str, str], tuple[str, ...]], workspace: str, user: str) -> tuple[str, ...]:
    return await asyncio.to_thread(classes_of, workspace, user)
