"""POST /dashboard/timeseries: the board's numbers bucket by bucket."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.requests import TimeseriesBody
from belvedere.boards.learning.views.timeseries import timeseries
from belvedere.clock import now_ms
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.query.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint(
    "learning.timeseries",
    scope="read",
    public=True,
    headers=BOARD.headers,
    cache_type="timeseries",
    fresh_s=900,
    stale_s=1800,
)


@endpoint.post("/dashboard/timeseries")
async def dashboard_timeseries(caller: CallerDep, body: Annotated[TimeseriesBody, Body()]) -> Response:
    """The documented series; `"explain": true` adds the plan and the units."""
    mine = tables(caller.workspace)
    found = await timeseries(body, Reader(mine.rollups, mine.state), now_ms())
    explained = found.pop("explain") | {"units": current_meter()}
    return endpoint.answer(found | {"explain": explained} if body.explain else found)


handler = endpoint.handler
