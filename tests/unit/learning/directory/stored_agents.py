"""Agents as they are stored, read by the tests of what writes them."""

from dataclasses import dataclass

from belvedere.boards.learning.directory.keys import agent_key, agents_partition
from belvedere.storage.attributes import Item
from belvedere.storage.tables import tables


@dataclass(frozen=True, slots=True)
class Agent:
    """Something that users talk to; `agent_id` is what events name."""

    agent_id: str
    name: str
    description: str = ""
    active: bool = True


def get_agent(workspace: str, agent_id: str) -> Agent | None:
    """An agent; None when there is none."""
    item = tables(workspace).directory.get(agent_key(workspace, agent_id), consistent=True)
    return agent_of(item) if item else None


def list_agents(workspace: str) -> tuple[Agent, ...]:
    """All agents, by id; empty when nobody registered any."""
    items = tables(workspace).directory.query(agents_partition(workspace), consistent=True)
    return tuple(map(agent_of, items))


def agent_of(item: Item) -> Agent:
    """The agent of a stored item."""
    return Agent(str(item["sk"]), str(item["name"]), str(item["description"]), bool(item["active"]))
