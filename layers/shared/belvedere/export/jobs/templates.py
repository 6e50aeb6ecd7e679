"""Saved exports of a workspace: the body of a request under a name, which a request can start from."""

from typing import Any

import msgspec

from belvedere.errors import Invalid, NotFound
from belvedere.export.jobs.body import ExportJobBody, ExportTemplateBody
from belvedere.storage.attributes import Item, encode_item
from belvedere.storage.keys.directory import export_template_key, export_templates_partition
from belvedere.storage.table import WorkspaceTable

Json = dict[str, Any]


def list_templates(directory: WorkspaceTable) -> list[Json]:
    """All saved exports, by id. Blocking."""
    items = directory.query(export_templates_partition(directory.workspace), consistent=True)
    return [_shown(str(item["sk"]), item) for item in items]


def read_template(directory: WorkspaceTable, template_id: str) -> Json:
    """One saved export. Raises NotFound. Blocking."""
    item = directory.get(export_template_key(directory.workspace, template_id), consistent=True)
    if item is None:
        raise NotFound(f"template_id: there is no saved export {template_id!r}")
    return _shown(template_id, item)


def put_template(directory: WorkspaceTable, template_id: str, body: ExportTemplateBody) -> Json:
    """Save an export, in place of the one of this id. Blocking."""
    key = export_template_key(directory.workspace, template_id)
    fields = msgspec.json.encode(body.model_dump(exclude_none=True)).decode()
    item: Item = {"pk": directory.own(key.pk), "sk": key.sk, "body": fields}
    directory.attempt("put_item", Item=encode_item(item))
    return _shown(template_id, item)


def delete_template(directory: WorkspaceTable, template_id: str) -> None:
    """Forget a saved export. Raises NotFound. Blocking."""
    key = directory.key(export_template_key(directory.workspace, template_id))
    if not directory.attempt("delete_item", Key=key, ConditionExpression="attribute_exists(pk)"):
        raise NotFound(f"template_id: there is no saved export {template_id!r}")


def filled(directory: WorkspaceTable, body: ExportJobBody) -> ExportJobBody:
    """The body with the fields of the template that it names where it says nothing. Raises Invalid. Blocking."""
    if body.template_id is None:
        return body
    try:
        saved = read_template(directory, body.template_id)
    except NotFound as error:
        raise Invalid(error.detail) from None
    return ExportJobBody.model_validate({**saved["export"], **body.model_dump(exclude_none=True)})


def _shown(template_id: str, item: Item) -> Json:
    return {"template_id": template_id, "export": msgspec.json.decode(str(item["body"]))}
