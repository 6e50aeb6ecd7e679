"""POST /dashboard/aggregation: the board's numbers grouped by agent, user, concept, day, hour and outcome."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.requests import AggregationBody
from belvedere.boards.learning.views.aggregation import aggregation
from belvedere.clock import now_ms
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.query.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint(
    "learning.aggregation",
    scope="read",
    public=True,
    headers=BOARD.headers,
    cache_type="aggregation",
    fresh_s=600,
    stale_s=1200,
)


@endpoint.post("/dashboard/aggregation")
async def dashboard_aggregation(caller: CallerDep, body: Annotated[AggregationBody, Body()]) -> Response:
    """The documented groups; `"explain": true` adds the plan and the units."""
    mine = tables(caller.workspace)
    found = await aggregation(body, Reader(mine.rollups, mine.state), now_ms())
    explained = found.pop("explain") | {"units": current_meter()}
    return endpoint.answer(found | {"explain": explained} if body.explain else found)


handler = endpoint.handler
