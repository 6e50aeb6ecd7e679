"""/v1/directory/users: list, make, read, replace and delete people; for administrators only."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.auth import users
from belvedere.auth.user_requests import NewUserBody, UserBody, UserId
from belvedere.directory.paging import Limit
from belvedere.endpoints.directory import USERS
from belvedere.http import Body, CallerDep, Endpoint, Path, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ALL = "/v1/directory/users"
ONE = f"{ALL}/{{user_id}}"
TheUserId = Annotated[UserId, Path()]

endpoint = Endpoint.of(USERS)


@endpoint.get(ALL)
async def listed(
    caller: CallerDep,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[UserId | None, Query()] = None,
) -> Response:
    """The people of the workspace, by id; give `cursor` back to go on. Nobody's password, in no form."""
    page, after = await in_thread(lambda: users.page_of_users(tables(caller.workspace), limit, cursor))
    return endpoint.answer({"users": page, "cursor": after})


@endpoint.post(status_code=201)
async def created(caller: CallerDep, body: Annotated[NewUserBody, Body()]) -> Response:
    """A new person; `user_id` is what events name as `user`. Without a password they cannot sign in here."""
    made = await in_thread(lambda: users.create_user(tables(caller.workspace), body))
    return endpoint.created(made, ALL, body.user_id)


@endpoint.get(ONE)
async def read(caller: CallerDep, user_id: TheUserId) -> Response:
    """A person."""
    return endpoint.answer(await in_thread(lambda: users.read_user(tables(caller.workspace), user_id)))


@endpoint.put()
async def replaced(caller: CallerDep, user_id: TheUserId, body: Annotated[UserBody, Body()]) -> Response:
    """Another role and other properties; a new password voids the tokens given before, none keeps the old one."""
    made = await in_thread(lambda: users.replace_user(tables(caller.workspace), user_id, body))
    return endpoint.answer(made)


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, user_id: TheUserId) -> Response:
    """The person; their events stay."""
    await in_thread(lambda: users.delete_user(tables(caller.workspace), user_id))
    return endpoint.nothing()


handler = endpoint.handler
