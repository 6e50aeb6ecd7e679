"""What a caller may see within their workspace: a student themselves, an instructor their classes, a viewer no names.

Aggregates over everybody name nobody, so viewers and instructors may read them; whoever asks about people has to be
allowed to see each of them. Class membership is read from the Directory at each such question, by key.
"""

import asyncio
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

from belvedere.auth.caller import Caller
from belvedere.auth.roles import ADMIN, SEE_ALL, SERVICE
from belvedere.directory.classes import classes_of_instructor, classes_of_student
from belvedere.errors import Forbidden

OWN_ONLY = "a student sees their own numbers only"
WORKSPACE_NAMES = ("workspace", "workspace_id")
NO_NAMES = "a viewer sees numbers of everybody together, not of persons"


def require_role(caller: Caller, *roles: str) -> None:
    """Raises Forbidden unless the caller has one of the roles. Admins pass, and service keys, which go by scope."""
    if caller.role not in (*roles, ADMIN, SERVICE):
        allowed = ", ".join(dict.fromkeys((*roles, ADMIN)))
        raise Forbidden(f"the role '{caller.role}' may not do this; it takes one of: {allowed}", needed=allowed)


def require_workspace(caller: Caller, query_string: str) -> None:
    """Raises Forbidden when the query names another workspace than the caller's: it would be answered about theirs."""
    if "workspace" not in query_string:
        return
    asked = parse_qs(query_string)
    for name in WORKSPACE_NAMES:
        require_own(caller, asked.get(name, []), name)


def require_own(caller: Caller, workspaces: Iterable[str], field: str = "workspace") -> None:
    """Raises Forbidden, naming `field`, when any of these is another workspace than the caller's."""
    if set(workspaces) - {caller.workspace}:
        raise Forbidden(f"{field}: is not the workspace of this key or token")


async def may_see_student(caller: Caller, user_id: str) -> None:
    """Raises Forbidden unless the caller may see this person's numbers."""
    await may_see_students(caller, (user_id,))


async def may_see_students(caller: Caller, user_ids: Iterable[str]) -> None:
    """Raises Forbidden unless the caller may see the numbers of each of these people."""
    asked = set(user_ids)
    if caller.role in SEE_ALL or not asked:
        return
    if caller.role == "student":
        if asked != {caller.user}:
            raise Forbidden(OWN_ONLY)
    elif caller.role == "instructor":
        own = set(await visible_classes(caller) or ())
        for user_id in sorted(asked):
            if own.isdisjoint(await _read(classes_of_student, caller.workspace, user_id)):
                raise Forbidden(f"'{user_id}' is in none of your classes")
    else:
        raise Forbidden(NO_NAMES)


async def visible_classes(caller: Caller) -> tuple[str, ...] | None:
    """The ids of the classes whose members the caller may see, in order; None for all."""
    if caller.role in SEE_ALL:
        return None
    if caller.role != "instructor" or caller.user is None:
        return ()
    return tuple(sorted(await _read(classes_of_instructor, caller.workspace, caller.user)))


async def may_see_class(caller: Caller, class_id: str) -> None:
    """Raises Forbidden unless the caller may see who is in a class, whether there is one or not."""
    seen = await visible_classes(caller)
    if seen is not None and class_id not in seen:
        raise Forbidden(f"'{class_id}' is not one of your classes")


async def askable(caller: Caller, user_ids: tuple[str, ...], *, by_person: bool = False) -> tuple[str, ...]:
    """The people that a question of totals is about, for this caller; empty is everybody.

    A student's question is about that student, said or not. `by_person` is for questions that would list people: those
    who may not see everybody have to name whom they ask about. Raises Forbidden.
    """
    if caller.role == "student":
        await may_see_students(caller, user_ids)
        return (str(caller.user),)
    if by_person and not user_ids and caller.role not in SEE_ALL:
        raise Forbidden(NO_NAMES if caller.role == "viewer" else "name the students of your classes in user_ids")
    await may_see_students(caller, user_ids)
    return user_ids


async def _read(classes_of: Callable[[str, str], tuple[str, ...]], workspace: str, user: str) -> tuple[str, ...]:
    return await asyncio.to_thread(classes_of, workspace, user)
