"""GET /health: whether the tables answer, asked with one real read each, all at once. Needs no key."""

import asyncio

from belvedere.clock import iso, now_ms
from belvedere.errors import Unavailable
from belvedere.http import Endpoint, Response
from belvedere.settings import settings
from belvedere.storage.client import dynamodb

PATIENCE_S = 3.0
NOBODY = {"pk": {"S": "health"}, "sk": {"S": "health"}}
ESSENTIAL = frozenset({"events", "rollups", "directory"})  # without one of these, nothing can be taken in or told
UP, DOWN = "healthy", "unhealthy"

endpoint = Endpoint("ops.health", scope=None)


@endpoint.get("/health")
async def health() -> Response:
    """200 when all is well, 206 when only helpers are down, 503 when an essential table is."""
    tables = _tables()
    states = await asyncio.gather(*(_state(table) for table in tables.values()))
    services = dict(zip(tables, states, strict=True))
    down = [name for name, state in services.items() if state == DOWN]
    if ESSENTIAL.intersection(down):
        raise Unavailable(f"these tables do not answer: {', '.join(down)}", status=DOWN, services=services)
    body = {"status": "degraded" if down else UP, "timestamp": iso(now_ms()), "services": services}
    return endpoint.answer(body, status=206 if down else 200, stable=services, headers={"Cache-Control": "no-store"})


async def _state(table: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.to_thread(dynamodb().get_item, TableName=table, Key=NOBODY)
    except Exception:
        return DOWN
    return UP


def _tables() -> dict[str, str]:
    names = settings()
    return {
        "events": names.events_table,
        "rollups": names.rollups_table,
        "cache": names.cache_table,
        "state": names.state_table,
        "directory": names.directory_table,
    }


handler = endpoint.handler
