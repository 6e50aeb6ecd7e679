"""/v1/directory/agents: list, make, read, replace and delete agents."""

from typing import Annotated

from belvedere.boards.learning.directory import register_agents as register
from belvedere.boards.learning.directory.requests import AgentBody, NewAgentBody
from belvedere.directory.names import Id
from belvedere.directory.paging import Limit
from belvedere.endpoints.directory import AGENTS
from belvedere.http import Body, CallerDep, Endpoint, Path, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

ALL = "/v1/directory/agents"
ONE = f"{ALL}/{{agent_id}}"
AgentId = Annotated[Id, Path()]

endpoint = Endpoint.of(AGENTS)


@endpoint.get(ALL)
async def listed(
    caller: CallerDep,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Id | None, Query()] = None,
) -> Response:
    """The agents, by id; give `cursor` back to go on."""
    agents, after = await in_thread(lambda: register.page_of_agents(tables(caller.workspace), limit, cursor))
    return endpoint.answer({"agents": agents, "cursor": after})


@endpoint.post(status_code=201)
async def created(caller: CallerDep, body: Annotated[NewAgentBody, Body()]) -> Response:
    """A new agent; its id is what events name as `agent_type`."""
    made = await in_thread(lambda: register.create_agent(tables(caller.workspace), body))
    return endpoint.created(made, ALL, body.agent_id)


@endpoint.get(ONE)
async def read(caller: CallerDep, agent_id: AgentId) -> Response:
    """An agent."""
    return endpoint.answer(await in_thread(lambda: register.read_agent(tables(caller.workspace), agent_id)))


@endpoint.put()
async def replaced(caller: CallerDep, agent_id: AgentId, body: Annotated[AgentBody, Body()]) -> Response:
    """Another name and other properties."""
    made = await in_thread(lambda: register.replace_agent(tables(caller.workspace), agent_id, body))
    return endpoint.answer(made)


@endpoint.delete(status_code=204)
async def deleted(caller: CallerDep, agent_id: AgentId) -> Response:
    """The agent; events that name it stay."""
    await in_thread(lambda: register.delete_agent(tables(caller.workspace), agent_id))
    return endpoint.nothing()


handler = endpoint.handler
