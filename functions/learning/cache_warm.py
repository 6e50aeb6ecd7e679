"""POST /dashboard/cache/warm: has the usual answers worked out before anybody asks for them."""

from typing import Annotated

import msgspec

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.cache_admin import WARMED, WarmBody, to_warm
from belvedere.boards.learning.endpoints import CACHE_WARM
from belvedere.cache.refresh import start_by_invoke
from belvedere.cache.warming import warm_queries
from belvedere.clock import iso, now_ms
from belvedere.errors import CacheUnavailable
from belvedere.http import Body, CallerDep, Endpoint, Query, Response, cache_errors
from belvedere.http.errors import CACHE_DOWN
from belvedere.lists import values
from belvedere.settings import settings
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(CACHE_WARM, headers=BOARD.headers)


@endpoint.post()
async def cache_warm(
    caller: CallerDep,
    cache_types: Annotated[list[str] | None, Query()] = None,
    body: Annotated[WarmBody | None, Body()] = None,
) -> Response:
    """Started beside the request by the refresh function; where there is none, done before the answer."""
    types = to_warm(values(cache_types, "cache_types"), body.cache_types if body else None)
    status = await start(caller.workspace, types)
    message = f"warming {', '.join(types)}"
    return endpoint.answer({"status": status, "message": message, "cache_types": types, "timestamp": iso(now_ms())})


async def start(workspace: str, types: tuple[str, ...]) -> str:
    """Have them worked out; whether that has only begun."""
    function, asks = settings().refresh_function, [WARMED[name] for name in types]
    if function:
        payload = msgspec.json.encode({"warm": {"workspace": workspace, "asks": asks}})
        with cache_errors():
            await in_thread(lambda: start_by_invoke(function, payload))
        return "started"
    from cache.refresh import query_of

    if (await warm_queries(asks, query_of, workspace))["failed"]:
        raise CacheUnavailable(CACHE_DOWN)
    return "completed"


handler = endpoint.handler
