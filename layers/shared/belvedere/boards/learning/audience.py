"""Whom a question of the board is about, given who asks it."""

from typing import TypeVar

from belvedere.auth.access import askable
from belvedere.auth.caller import Caller
from belvedere.boards.learning.requests import AggregationBody, FilterBody, TimeseriesBody

Body = TypeVar("Body", TimeseriesBody, AggregationBody)


async def for_caller(caller: Caller, body: Body, *, by_person: bool = False) -> Body:
    """The body as this caller may ask it: a student's is about that student. Raises Forbidden (see `askable`)."""
    filters = body.filters or FilterBody.model_validate({})
    asked = tuple(filters.user_ids)
    users = await askable(caller, asked, by_person=by_person)
    if users == asked:
        return body
    return body.model_copy(update={"filters": filters.model_copy(update={"user_ids": list(users)})})
