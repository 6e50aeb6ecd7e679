"""/v1/directory/classes: list, make, read, replace and delete classes."""

from typing import Annotated

from belvedere.boards.learning.directory import register_classes as register
from belvedere.boards.learning.directory.requests import ClassBody, NewClassBody
from belvedere.boards.learning.people import may_see_class, visible_classes
from belvedere.directory.names import Id
from belvedere.directory.paging import Limit
from belvedere.endpoints.directory import CLASSES
from belvedere.http import Body, CallerDep, Endpoint, Path, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ALL = "/v1/directory/classes"
ONE = f"{ALL}/{{class_id}}"
ClassId = Annotated[Id, Path()]

endpoint = Endpoint.of(CLASSES)


@endpoint.get(ALL)
async def listed(
    caller: CallerDep,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Id | None, Query()] = None,
) -> Response:
    """The classes that the caller may see, by id; give `cursor` back to go on."""
    workspace_tables, seen = tables(caller.workspace), await visible_classes(caller)
    classes, after = await in_thread(lambda: register.page_of_classes(workspace_tables, limit, cursor, seen))
    return endpoint.answer({"classes": classes, "cursor": after})


@endpoint.post(status_code=201)
async def created(caller: CallerDep, body: Annotated[NewClassBody, Body()]) -> Response:
    """A new class, still without students."""
    made = await in_thread(lambda: register.create_class(tables(caller.workspace), body))
    return endpoint.created(made, ALL, body.class_id)


@endpoint.get(ONE)
async def read(caller: CallerDep, class_id: ClassId) -> Response:
    """A class, and how many students it has."""
    await may_see_class(caller, class_id)
    return endpoint.answer(await in_thread(lambda: register.read_class(tables(caller.workspace), class_id)))


@endpoint.put()
async def replaced(caller: CallerDep, class_id: ClassId, body: Annotated[ClassBody, Body()]) -> Response:
    """Another name and other instructors; the students stay."""
    made = await in_thread(lambda: register.replace_class(tables(caller.workspace), class_id, body))
    return endpoint.answer(made)


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, class_id: ClassId) -> Response:
    """The class and all that says who is in it; events that name it stay."""
    await in_thread(lambda: register.delete_class(tables(caller.workspace), class_id))
    return endpoint.nothing()


handler = endpoint.handler
