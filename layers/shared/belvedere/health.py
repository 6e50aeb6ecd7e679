"""Whether the tables answer: one real read each, all at once, with a bounded wait."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from belvedere.errors import Unavailable
from belvedere.settings import settings
from belvedere.storage.client import dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE_S = 3.0
NOBODY = {"pk": {"S": "health"}, "sk": {"S": "health"}}
ESSENTIAL = frozenset({"events", "rollups", "directory"})  # without one of these, nothing can be taken in or told
SESSIONS = "events"  # where a session is kept
UP, DOWN = "healthy", "unhealthy"


async def table_states() -> dict[str, str]:
    """`healthy` or `unhealthy` by table. Raises Unavailable, with the states, when an essential one is down."""
    names, client = table_names(), dynamodb()  # which a cold start makes first: the tables are not to blame for that
    found = await asyncio.gather(*(_state(client, name) for name in names.values()))
    states = dict(zip(names, found, strict=True))
    down = [name for name, state in states.items() if state == DOWN]
    if ESSENTIAL.intersection(down):
        detail = f"these tables do not answer: {', '.join(down)}"
        raise Unavailable(detail, headers=None, status=DOWN, services=states, **connected(states))
    return states


def connected(states: Mapping[str, str]) -> dict[str, bool]:
    """The productivity contract's two questions: do the tables answer without which nothing works, and does the one
    that holds the sessions."""
    return {
        "database_connected": all(states[name] == UP for name in ESSENTIAL),
        "prodlens_cache_exists": states[SESSIONS] == UP,
    }


def all_well(states: Mapping[str, str]) -> bool:
    """Does every table answer?"""
    return DOWN not in states.values()


async def _state(client: "DynamoDBClient", table: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.to_thread(partial(client.get_item, TableName=table, Key=NOBODY))
    except Exception:
        return DOWN
    return UP


def table_names() -> dict[str, str]:
    """The names of the tables by what they hold."""
    names = settings()
    return {
        "events": names.events_table,
        "rollups": names.rollups_table,
        "cache": names.cache_table,
        "state": names.state_table,
        "directory": names.directory_table,
    }
