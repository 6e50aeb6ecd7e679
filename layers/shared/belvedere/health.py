"""Whether the tables answer, with one real read each, all at once and with a bounded wait; and what the fold noted.

The item that is read in State is where the fold notes that it failed, or put something aside.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from belvedere.clock import DAY_MS, MINUTE_MS
from belvedere.errors import Unavailable
from belvedere.settings import settings
from belvedere.storage.attributes import Item, decode_item, encode, encode_item
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.state import HEALTH

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE_S = 3.0
NOTES = encode_item({"pk": HEALTH.pk, "sk": HEALTH.sk})
ESSENTIAL = frozenset({"events", "rollups", "directory"})  # without one of these, nothing can be taken in or told
UP, DOWN = "healthy", "unhealthy"
FOLD = "fold"
FAILING, INCOMPLETE, UNKNOWN = "failing", "incomplete", "unknown"
FAILED_LATELY_MS = 5 * MINUTE_MS
PUT_ASIDE_LATELY_MS = DAY_MS


def nothing_more(_: Mapping[str, str]) -> Mapping[str, Any]:
    """What a refusal says beside the states, unless a contract wants more."""
    return {}


async def service_states(
    now: int, more: Callable[[Mapping[str, str]], Mapping[str, Any]] = nothing_more
) -> dict[str, str]:
    """`healthy` or `unhealthy` by table, and the fold's state: `healthy`, `failing` when it failed within five minutes,
    `incomplete` when it put something aside within a day, `unknown` when State does not answer. Raises Unavailable,
    with the states, when an essential table is down.
    """
    names, client = table_names(), dynamodb()  # which a cold start makes first: the tables are not to blame for that
    answers = await asyncio.gather(*(_state(client, name) for name in names.values()))
    found = dict(zip(names, answers, strict=True))
    states = {name: UP if answered else DOWN for name, (answered, _) in found.items()}
    answered, notes = found["state"]
    states[FOLD] = fold_state(notes, now) if answered else UNKNOWN
    down = [name for name, state in states.items() if state == DOWN]
    if ESSENTIAL.intersection(down):
        detail = f"these tables do not answer: {', '.join(down)}"
        raise Unavailable(detail, headers=None, status=DOWN, services=states, **more(states))
    return states


def all_well(states: Mapping[str, str]) -> bool:
    """Does every table answer, and has the fold had no trouble lately?"""
    return set(states.values()) == {UP}


def fold_state(notes: Mapping[str, Any], now: int) -> str:
    """What the fold's notes say of it."""
    if now - int(notes.get("failed_at", 0)) < FAILED_LATELY_MS:
        return FAILING
    return INCOMPLETE if now - int(notes.get("put_aside_at", 0)) < PUT_ASIDE_LATELY_MS else UP


def note_failure(now: int) -> None:
    """Note that the fold failed; never raises, for the failure itself is what has to be told."""
    with suppress(Exception):
        dynamodb().update_item(
            TableName=settings().state_table, Key=NOTES, UpdateExpression="SET failed_at = :now",
            ExpressionAttributeValues={":now": encode(now)},
        )  # fmt: skip


async def _state(client: "DynamoDBClient", table: str) -> tuple[bool, Item]:
    """Does a table answer, and what it holds under the key that is asked for."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await asyncio.to_thread(partial(client.get_item, TableName=table, Key=NOTES))
    except Exception:
        return False, {}
    return True, decode_item(answer.get("Item", {}))


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
