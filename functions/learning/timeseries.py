"""POST /dashboard/timeseries: the board's numbers bucket by bucket."""

from typing import Annotated

from belvedere.auth.roles import EVERYBODY
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.audience import for_caller
from belvedere.boards.learning.requests import TimeseriesBody, tags_of
from belvedere.boards.learning.responses.timeseries import series_question, timeseries
from belvedere.cache.body_query import BodyRequest, body_query
from belvedere.cache.policy import Policy
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

POLICY = Policy(ttl_s=900, stale_s=1800)
QUERY = body_query("dashboard:timeseries", POLICY, TimeseriesBody, series_question, timeseries, tags=tags_of)

endpoint = Endpoint(
    "learning.timeseries",
    scope="read",
    public=True,
    roles=EVERYBODY,
    limit="timeseries",
    headers=BOARD.headers,
    cache_type="timeseries",
    fresh_s=POLICY.ttl_s,
    stale_s=POLICY.stale_s,
)


@endpoint.post("/dashboard/timeseries")
async def dashboard_timeseries(caller: CallerDep, body: Annotated[TimeseriesBody, Body()]) -> Response:
    """The documented series; `"explain": true` adds the plan, the units and the cache."""
    body = await for_caller(caller, body)
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=body.explain, units=current_meter())
    return endpoint.answer(answer, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
