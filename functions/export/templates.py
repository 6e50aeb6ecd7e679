"""/v1/directory/export-templates: the saved exports of a workspace, which requests can start from."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import now_ms
from belvedere.directory.names import Id
from belvedere.endpoints.export import TEMPLATES
from belvedere.export.jobs import templates
from belvedere.export.jobs.body import ExportJobBody, ExportTemplateBody
from belvedere.export.jobs.request import settle
from belvedere.http import Body, CallerDep, Endpoint, Path, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ALL = "/v1/directory/export-templates"
ONE = f"{ALL}/{{template_id}}"
TemplateId = Annotated[Id, Path()]

endpoint = Endpoint.of(TEMPLATES)


@endpoint.get(ALL)
async def listed(caller: CallerDep) -> Response:
    """The saved exports, by id."""
    directory = tables(caller.workspace).directory
    return endpoint.answer({"templates": await in_thread(lambda: templates.list_templates(directory))})


@endpoint.get(ONE)
async def read(caller: CallerDep, template_id: TemplateId) -> Response:
    """A saved export."""
    directory = tables(caller.workspace).directory
    return endpoint.answer(await in_thread(lambda: templates.read_template(directory, template_id)))


@endpoint.put()
async def saved(
    caller: CallerDep, template_id: TemplateId, body: Annotated[ExportTemplateBody, Body()]
) -> Response:
    """Save an export that can be begun as it stands, in place of the one of this id."""
    await settle(ExportJobBody.model_validate(body.model_dump()), caller, now_ms())
    directory = tables(caller.workspace).directory
    return endpoint.answer(await in_thread(lambda: templates.put_template(directory, template_id, body)))


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, template_id: TemplateId) -> Response:
    """The saved export; jobs that were begun from it stay."""
    await in_thread(lambda: templates.delete_template(tables(caller.workspace).directory, template_id))
    return endpoint.nothing()


handler = endpoint.handler
