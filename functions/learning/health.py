"""GET /dashboard/health: what the dashboard depends on, and with a key also how it goes in its workspace."""

import asyncio

from belvedere.auth.caller import Caller, authenticate
from belvedere.auth.credentials import presented_key
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import HEALTH
from belvedere.boards.learning.responses.health import UNKNOWN, Figures, documented, figures
from belvedere.clock import now_ms
from belvedere.health import PATIENCE_S, service_states
from belvedere.http import Endpoint, Request, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(HEALTH, headers=BOARD.headers)


@endpoint.get()
async def dashboard_health(request: Request) -> Response:
    """200 when all is well, 206 when only helpers are down or the fold has trouble, 503 without an essential table."""
    now = now_ms()
    states = await service_states(now)
    caller = await caller_if_any(request)
    current = await load_figures(caller.workspace, now) if caller else UNKNOWN
    body = documented(states, current, now)
    status = 200 if body["status"] == "healthy" else 206
    return endpoint.answer(body, status=status, headers={"Cache-Control": "no-store"})


async def caller_if_any(request: Request) -> Caller | None:
    """Who asks, where somebody says so or anybody may read. Raises Unauthorized for a key that is none."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    if presented_key(request.headers, query) is None and not (settings().public_read and settings().development):
        return None
    return await authenticate(request.headers, query, "read", public=True)


async def load_figures(workspace: str, now: int) -> Figures:
    """How it goes in a workspace; unknown where that cannot be told in time."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await in_thread(lambda: figures(tables(workspace), settings().event_slices, now))
    except Exception:
        return UNKNOWN


handler = endpoint.handler
