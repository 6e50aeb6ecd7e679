"""/v1/directory/workspace: the settings of the workspace."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.directory import register_workspace as register
from belvedere.directory.requests import WorkspaceBody
from belvedere.endpoints.directory import WORKSPACE
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(WORKSPACE)


@endpoint.get()
async def read(caller: CallerDep) -> Response:
    """The settings, with the defaults of what was never set."""
    return endpoint.answer(await in_thread(lambda: register.show_settings(tables(caller.workspace))))


@endpoint.put()
async def changed(caller: CallerDep, body: Annotated[WorkspaceBody, Body()]) -> Response:
    """Other settings; what the body does not name stays as it is."""
    return endpoint.answer(await in_thread(lambda: register.put_settings(tables(caller.workspace), body)))


handler = endpoint.handler
