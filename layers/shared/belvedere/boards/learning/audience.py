"""Whom a question of the board is about, given who asks it."""

from collections.abc import Iterable
from typing import TypeVar

from belvedere.auth.caller import Caller
from belvedere.auth.visibility import askable, may_see_users
from belvedere.boards.learning.comparison_request import ComparativeBody
from belvedere.boards.learning.people import OWN_ONLY, STUDENT, visible_classes
from belvedere.boards.learning.requests import AggregationBody, FilterBody, TimeseriesBody
from belvedere.errors import Forbidden

Body = TypeVar("Body", TimeseriesBody, AggregationBody, ComparativeBody)


async def for_caller(caller: Caller, body: Body, *, by_person: bool = False) -> Body:
    """The body as this caller may ask it: a student's is about that student. Raises Forbidden (see `askable`)."""
    filters = body.filters or FilterBody.model_validate({})
    user_ids = tuple(filters.user_ids)
    users = await askable(caller, user_ids, by_person=by_person)
    if users == user_ids:
        return body
    return body.model_copy(update={"filters": filters.model_copy(update={"user_ids": list(users)})})


async def comparison_for(caller: Caller, body: ComparativeBody) -> ComparativeBody:
    """The comparison as this caller may ask it. Raises Forbidden.

    Students and classes have to be the caller's to see; of everything else, a student sees what is about themselves.
    """
    if body.comparison_type == "students":
        await may_see_users(caller, body.entities)
        return body
    if body.by_class:
        await may_see_classes(caller, body.entities)
        return body
    if body.comparison_type == "concepts":
        if caller.role == STUDENT:
            raise Forbidden(OWN_ONLY)
        return body
    return await for_caller(caller, body)


async def may_see_classes(caller: Caller, class_ids: Iterable[str]) -> tuple[str, ...] | None:
    """The classes whose members the caller may see, None for all. Raises Forbidden for one that is not among them."""
    own = await visible_classes(caller)
    for name in class_ids:
        if own is not None and name not in own:
            raise Forbidden(f"'{name}' is not one of your classes")
    return own
