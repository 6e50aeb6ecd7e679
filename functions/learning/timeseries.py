"""POST /dashboard/timeseries: the board's numbers bucket by bucket."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.audience import for_caller
from belvedere.boards.learning.endpoints import TIMESERIES
from belvedere.boards.learning.requests import TimeseriesBody, tags_of
from belvedere.boards.learning.responses.timeseries import series_question, timeseries
from belvedere.cache.body_query import BodyRequest, body_query
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = body_query(TIMESERIES.kind, TIMESERIES.policy, TimeseriesBody, series_question, timeseries, tags=tags_of)

endpoint = Endpoint.of(TIMESERIES, headers=BOARD.headers)


@endpoint.post()
async def dashboard_timeseries(caller: CallerDep, body: Annotated[TimeseriesBody, Body()]) -> Response:
    """The documented series; `"explain": true` adds the plan, the units and the cache."""
    body = await for_caller(caller, body)
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=body.explain, units=current_meter())
    return endpoint.answer(answer, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
