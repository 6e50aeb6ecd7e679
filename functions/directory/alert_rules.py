"""/v1/directory/alert-rules: when a workspace is alerted."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.directory.names import Id
from belvedere.endpoints.directory import ALERT_RULES
from belvedere.http import Body, CallerDep, Endpoint, Path, Response
from belvedere.realtime.alerts import register_rules as register
from belvedere.realtime.alerts.register_rules import AlertRuleBody
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

Part = Annotated[Id, Path()]

endpoint = Endpoint.of(ALERT_RULES)


@endpoint.get()
async def listed(caller: CallerDep, board: str | None = None) -> Response:
    """The rules that hold; `source` tells a board's own from the workspace's."""
    rules = await in_thread(lambda: register.listed_rules(tables(caller.workspace), board))
    return endpoint.answer({"rules": rules})


@endpoint.put()
async def put(caller: CallerDep, board: Part, rule_id: Part, body: Annotated[AlertRuleBody, Body()]) -> Response:
    """Add a rule, or replace the one of that id; `"enabled": false` silences one."""
    workspace_tables = tables(caller.workspace)
    return endpoint.answer(await in_thread(lambda: register.put_rule(workspace_tables, board, rule_id, body)))


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, board: Part, rule_id: Part) -> Response:
    """The workspace's own rule; the board's of the same id holds again."""
    await in_thread(lambda: register.drop_rule(tables(caller.workspace), board, rule_id))
    return endpoint.nothing()


handler = endpoint.handler
