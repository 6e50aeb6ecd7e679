"""POST /v1/query: any metrics of a board, over any range, in any buckets, grouped, filtered, ordered and compared."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.cache.body_query import BodyRequest, body_query
from belvedere.endpoints.operations import QUESTION
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.query.planner.request import QueryBody, question_of
from belvedere.query.reader.respond import respond
from belvedere.storage.meter import current_meter

endpoint = Endpoint.of(QUESTION)
QUERY = body_query(QUESTION.kind, QUESTION.policy, QueryBody, question_of, respond)


@endpoint.post()
async def query(caller: CallerDep, body: Annotated[QueryBody, Body()]) -> Response:
    """Rows; with `explain=true` the plans, the rows read, the units spent and where the answer came from."""
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=body.explain, units=current_meter())
    return endpoint.answer(answer, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
