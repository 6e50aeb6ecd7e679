"""GET /api/profile/dimensions: six scores of how somebody works with assistants."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import DIMENSIONS
from belvedere.boards.productivity.responses.dimensions import DAYS, DimensionsRequest, resolved, scores
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(DIMENSIONS, DimensionsRequest, resolved, scores)

endpoint = Endpoint.of(DIMENSIONS, headers=BOARD.headers)


@endpoint.get()
async def profile_dimensions(
    caller: CallerDep,
    developer_id: Annotated[str | None, Query(max_length=200)] = None,
    days: str = str(DAYS),
) -> Response:
    """A bare list, as it is documented: scores over the last `days` UTC days, of a developer or of everybody."""
    request = DimensionsRequest(developer_id or None, days_of(days, "days", default=DAYS))
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
