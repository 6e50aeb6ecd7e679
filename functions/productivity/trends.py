"""GET /api/activity/trends: everything that was done, day by day."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import TRENDS
from belvedere.boards.productivity.responses.timeseries import DAYS
from belvedere.boards.productivity.responses.trends import TrendsRequest, resolved, trends
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(TRENDS, TrendsRequest, resolved, trends)

endpoint = Endpoint.of(TRENDS, headers=BOARD.headers)


@endpoint.get()
async def activity_trends(
    caller: CallerDep,
    days: str = str(DAYS),
    repo: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """A bare list, as it is documented: a number for each of the last `days` UTC days, today the last."""
    request = TrendsRequest(days_of(days, "days", default=DAYS), repo or None)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
