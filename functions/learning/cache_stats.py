"""GET /dashboard/cache/stats: how often answers were kept ones, and what the layers hold."""

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.cache_admin import cache_stats_body
from belvedere.boards.learning.endpoints import CACHE_STATS
from belvedere.cache.serve import cache
from belvedere.cache.stats import hits, in_memory, in_table
from belvedere.clock import now_ms
from belvedere.http import CallerDep, Endpoint, Response, cache_errors
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(CACHE_STATS, headers=BOARD.headers)


@endpoint.get()
async def cache_stats(caller: CallerDep) -> Response:
    """Hits of every process since yesterday's midnight (UTC); `memory` holds what this process holds."""
    now, workspace_tables, memory = now_ms(), tables(caller.workspace), cache().memory
    with cache_errors():
        counted = await in_thread(lambda: hits(workspace_tables.state, now))
        table = await in_thread(lambda: in_table(workspace_tables.cache))
    body = cache_stats_body(counted, in_memory(memory), table, now)
    return endpoint.answer(body, headers={"Cache-Control": "no-store"})


handler = endpoint.handler
