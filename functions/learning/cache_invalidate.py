"""POST /dashboard/cache/invalidate: declares kept answers void, by a glob over their names and tags."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.cache_admin import LAYERS, InvalidateFields, to_invalidate
from belvedere.boards.learning.endpoints import CACHE_INVALIDATE
from belvedere.cache import store
from belvedere.cache.invalidation import Layer
from belvedere.cache.serve import cache
from belvedere.clock import iso
from belvedere.http import Body, CallerDep, Endpoint, Query, Response, cache_errors
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(CACHE_INVALIDATE, headers=BOARD.headers)


@endpoint.post()
async def cache_invalidate(
    caller: CallerDep,
    query: Annotated[InvalidateFields, Query()],
    body: Annotated[InvalidateFields | None, Body()] = None,
) -> Response:
    """Void from now on in every process; everything takes `"pattern": "*"` or `"all": true`."""
    pattern, layer = to_invalidate(query, body)
    with cache_errors():
        invalidation = await in_thread(lambda: cache().invalidate(caller.workspace, pattern, LAYERS[layer]))
        swept = 0
        if invalidation.layer is not Layer.MEMORY:
            swept = await in_thread(lambda: store.sweep(tables(caller.workspace).cache, invalidation.pattern))
    message = f"answers that match {invalidation.pattern!r} are void"
    where = next(name for name, layer in LAYERS.items() if layer is invalidation.layer)
    outcome = {
        "status": "success",
        "message": message,
        "pattern": invalidation.pattern,
        "cache_layer": where,
        "removed": swept,
    }
    return endpoint.answer(outcome | {"timestamp": iso(invalidation.at)})


handler = endpoint.handler
