"""POST /dashboard/aggregation: the board's numbers grouped by agent, user, concept, day, hour and outcome."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.audience import for_caller
from belvedere.boards.learning.endpoints import AGGREGATION
from belvedere.boards.learning.requests import AggregationBody, tags_of
from belvedere.boards.learning.responses.aggregation import aggregation, group_question
from belvedere.cache.body_query import BodyRequest, body_query
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = body_query(AGGREGATION.kind, AGGREGATION.policy, AggregationBody, group_question, aggregation, tags=tags_of)

endpoint = Endpoint.of(AGGREGATION, headers=BOARD.headers)


@endpoint.post()
async def dashboard_aggregation(caller: CallerDep, body: Annotated[AggregationBody, Body()]) -> Response:
    """The documented groups; `"explain": true` adds the plan, the units and the cache."""
    body = await for_caller(caller, body, by_person="user_id" in body.dimensions)
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=body.explain, units=current_meter())
    return endpoint.answer(answer, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
