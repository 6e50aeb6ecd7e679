"""POST /v1/query: any metrics of a board, over any range, in any buckets, grouped, filtered, ordered and compared."""

from typing import Annotated

from belvedere.clock import now_ms
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.query.read import Reader
from belvedere.query.request import QueryBody, question_of
from belvedere.query.respond import respond
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint("ops.query", scope="read")
EXAMPLE = {
    "board": "learning",
    "metrics": ["interaction_count", "success_rate"],
    "range": {"preset": "7d"},
    "granularity": "1d",
    "group_by": ["agent_type"],
    "compare": "previous",
}


@endpoint.post("/v1/query")
async def query(caller: CallerDep, body: Annotated[QueryBody, Body(examples=[EXAMPLE])]) -> Response:
    """Rows, with `explain=true` the plans, the rows read and the units spent."""
    mine = tables(caller.workspace)
    question = question_of(body, now_ms())
    found = await respond(question, Reader(mine.rollups, mine.state), compare=body.compare is not None)
    explained = found.pop("explain") | {"units": current_meter()}
    return endpoint.answer(found | {"explain": explained} if body.explain else found)


handler = endpoint.handler
