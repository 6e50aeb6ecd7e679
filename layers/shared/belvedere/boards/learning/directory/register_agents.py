"""Makes, changes and deletes agents: one item each."""

from typing import Any

from belvedere.boards.learning.directory.keys import agent_key, agents_partition
from belvedere.boards.learning.directory.requests import AgentBody, AgentFields, NewAgentBody
from belvedere.clock import Clock, iso, now_ms
from belvedere.directory.paging import page
from belvedere.directory.writing import IS_NEW, bare, changing, check_version, encoded, unchanged
from belvedere.errors import Conflict, NotFound
from belvedere.storage.attributes import Item, Value
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import Tables

FIELDS = ("name", "description", "active", "version", "created_at", "updated_at")
Json = dict[str, Any]


def create_agent(tables: Tables, body: NewAgentBody, clock: Clock = now_ms) -> Json:
    """A new agent. Raises Conflict when there is one of that id."""
    now = iso(clock())
    item = _item(tables.directory, body.agent_id, body, version=1, created_at=now, updated_at=now)
    with changing(tables, clock):
        if not tables.directory.attempt("put_item", Item=encoded(tables.directory, item), **IS_NEW):
            raise Conflict(f"agent_id: there is an agent '{body.agent_id}' already")
    return shown(item)


def replace_agent(tables: Tables, agent_id: str, body: AgentBody, clock: Clock = now_ms) -> Json:
    """An agent with other properties. Raises NotFound and Conflict."""
    before = existing_agent(tables.directory, agent_id)
    check_version(before, body.version, f"agent '{agent_id}'")
    item = _item(tables.directory, agent_id, body, version=int(before["version"]) + 1,
                 created_at=before["created_at"], updated_at=iso(clock()))  # fmt: skip
    with changing(tables, clock):
        if not tables.directory.attempt("put_item", Item=encoded(tables.directory, item), **unchanged(before)):
            raise Conflict(f"agent '{agent_id}' was changed by somebody else meanwhile; read it again")
    return shown(item)


def delete_agent(tables: Tables, agent_id: str, clock: Clock = now_ms) -> None:
    """An agent; events that name it stay. Raises NotFound."""
    key = tables.directory.key(agent_key(tables.directory.workspace, agent_id))
    with changing(tables, clock):
        if not tables.directory.attempt("delete_item", Key=key, ConditionExpression="attribute_exists(pk)"):
            raise _no_agent(agent_id)


def read_agent(tables: Tables, agent_id: str) -> Json:
    """An agent. Raises NotFound."""
    return shown(existing_agent(tables.directory, agent_id))


def page_of_agents(tables: Tables, limit: int, after: str | None) -> tuple[list[Json], str | None]:
    """At most `limit` agents behind the id `after`, by id, and the id to go on behind."""
    table = tables.directory
    start = agent_key(table.workspace, after) if after else None
    items, more = page(table, agents_partition(table.workspace), limit=limit, after=start)
    return [shown(item) for item in items], str(items[-1]["sk"]) if more else None


def existing_agent(table: WorkspaceTable, agent_id: str) -> Item:
    """The record of an agent. Raises NotFound."""
    item = table.get(agent_key(table.workspace, agent_id), consistent=True)
    if item is None:
        raise _no_agent(agent_id)
    return item


def shown(item: Item) -> Json:
    """An agent as an administrator sees it."""
    return {"agent_id": item["sk"]} | {name: item[name] for name in FIELDS}


def _item(table: WorkspaceTable, agent_id: str, body: AgentFields, **stamps: Value) -> Item:
    attributes: Item = {"name": body.name, "description": body.description, "active": body.active}
    return {**bare(agent_key(table.workspace, agent_id)), **attributes, **stamps}


def _no_agent(agent_id: str) -> NotFound:
    return NotFound(f"there is no agent '{agent_id}'")
