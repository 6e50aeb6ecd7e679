"""Whom the analytics may name to a caller: an instructor's own students, everybody to who may see everybody."""

import asyncio
from collections.abc import Sequence

from belvedere.auth.caller import Caller
from belvedere.auth.visibility import may_see_users
from belvedere.boards.learning.directory.classes import get_class
from belvedere.boards.learning.people import visible_classes


async def nameable(caller: Caller, user_ids: Sequence[str] | None) -> list[str] | None:
    """The students that a question is about: those asked for, else all whom the caller may see; None is everybody.

    Raises Forbidden where one of those asked for is none of the caller's.
    """
    if user_ids is not None:
        await may_see_users(caller, user_ids)
        return list(user_ids)
    classes = await visible_classes(caller)
    if classes is None:
        return None
    registered = await asyncio.gather(*(asyncio.to_thread(get_class, caller.workspace, name) for name in classes))
    return sorted({student for school_class in registered if school_class for student in school_class.students})
