"""Agents are made, replaced and deleted."""

from collections.abc import Callable

import pytest

from belvedere.boards.learning.directory.register_agents import (
    create_agent,
    delete_agent,
    page_of_agents,
    read_agent,
    replace_agent,
)
from belvedere.boards.learning.directory.requests import AgentBody, NewAgentBody
from belvedere.errors import Conflict, NotFound
from belvedere.storage.tables import Tables
from tests.unit.learning.directory.stored_agents import Agent, get_agent, list_agents

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def make(mine: Tables, agent_id: str = "forces") -> None:
    create_agent(mine, NewAgentBody(agent_id=agent_id, name=agent_id.title(), description="pulls"), lambda: NOON)


def test_a_new_agent_is_found(mine: Tables) -> None:
    make(mine)
    assert get_agent("acme", "forces") == Agent("forces", "Forces", "pulls", True)
    assert read_agent(mine, "forces") == {
        "agent_id": "forces",
        "name": "Forces",
        "description": "pulls",
        "active": True,
        "version": 1,
        "created_at": "2026-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }
    assert get_agent("other", "forces") is None


def test_agents_are_listed_by_id_page_by_page(mine: Tables) -> None:
    for name in ("momentum", "energy", "forces"):
        make(mine, name)
    assert [one.agent_id for one in list_agents("acme")] == ["energy", "forces", "momentum"]
    first, after = page_of_agents(mine, 2, None)
    second, end = page_of_agents(mine, 2, after)
    assert [one["agent_id"] for one in (*first, *second)] == ["energy", "forces", "momentum"]
    assert end is None


def test_there_are_no_two_agents_of_one_id(mine: Tables) -> None:
    make(mine)
    with pytest.raises(Conflict, match="agent_id: there is an agent 'forces' already"):
        make(mine)


def test_an_agent_is_replaced_if_it_is_still_the_one_that_was_read(mine: Tables) -> None:
    make(mine)
    made = replace_agent(mine, "forces", AgentBody(name="Dynamics", active=False, version=1))
    assert (made["version"], made["created_at"]) == (2, "2026-01-01T12:00:00Z")
    assert get_agent("acme", "forces") == Agent("forces", "Dynamics", "", False)
    with pytest.raises(Conflict, match="version: agent 'forces' has version 2 by now, not 1"):
        replace_agent(mine, "forces", AgentBody(name="n", version=1))


def test_a_deleted_agent_is_gone(mine: Tables, items: Callable[[], set[tuple[str, str]]]) -> None:
    make(mine)
    delete_agent(mine, "forces")
    assert items() == set()


@pytest.mark.parametrize("act", ["read", "replace", "delete"])
def test_an_agent_that_there_is_not_is_named(mine: Tables, act: str) -> None:
    with pytest.raises(NotFound, match="there is no agent 'forces'"):
        {
            "read": lambda: read_agent(mine, "forces"),
            "replace": lambda: replace_agent(mine, "forces", AgentBody(name="n")),
            "delete": lambda: delete_agent(mine, "forces"),
        }[act]()
    assert list_agents("acme") == ()


def test_a_change_makes_kept_answers_void(mine: Tables, revision: Callable[[], int]) -> None:
    make(mine)
    assert revision() > 0
