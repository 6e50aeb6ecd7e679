"""GET /api/metrics/overview: the last seven days, and how they compare with the seven before."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import OVERVIEW
from belvedere.boards.productivity.responses.overview import OverviewRequest, overview, resolved
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(OVERVIEW, OverviewRequest, resolved, overview)

endpoint = Endpoint.of(OVERVIEW, headers=BOARD.headers)


@endpoint.get()
async def metrics_overview(caller: CallerDep, repo: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """The documented overview; of one repository with `repo`."""
    cached = await QUERY.answer(caller.workspace, OverviewRequest(repo or None))
    return endpoint.answer(cached.body(), etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
