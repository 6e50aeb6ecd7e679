"""GET /api/metrics/timeseries: one metric of the board, day by day."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import TIMESERIES
from belvedere.boards.productivity.responses.timeseries import DAYS, SESSIONS, SeriesRequest, resolved, series
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query(TIMESERIES, SeriesRequest, resolved, series)

endpoint = Endpoint.of(TIMESERIES, headers=BOARD.headers)


@endpoint.get()
async def metrics_timeseries(
    caller: CallerDep,
    days: str = str(DAYS),
    metric: str = SESSIONS,
    repo: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """A bare list, as it is documented: a value for each of the last `days` UTC days, today the last."""
    request = SeriesRequest(days_of(days, "days", default=DAYS), metric, repo or None)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
