"""POST /dashboard/comparative: students, agents, concepts, classes or time periods beside each other."""

from typing import Annotated, Any

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.audience import comparison_for
from belvedere.boards.learning.comparison_query import ranges
from belvedere.boards.learning.comparison_request import ComparativeBody, validate_comparison
from belvedere.boards.learning.endpoints import COMPARATIVE
from belvedere.boards.learning.responses.comparative import comparative
from belvedere.cache.body_query import NOT_IN_KEY, VOLATILE, BodyRequest
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.query.reader.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint.of(COMPARATIVE, headers=BOARD.headers)


def resolved(request: BodyRequest, now: int) -> dict[str, Any]:
    """All that a comparison depends on at a moment. Raises Invalid naming a wrong field."""
    body = validate_comparison(ComparativeBody.model_validate(request.body))
    parts = {name: time_range.to_json() for name, time_range in ranges(body, now).items()}
    return body.model_dump(exclude=NOT_IN_KEY) | {"resolved": parts}


async def computed(workspace: str, request: BodyRequest, now: int) -> Computed:
    """A comparison worked out from rollups."""
    workspace_tables = tables(workspace)
    body = ComparativeBody.model_validate(request.body)
    answer = await comparative(body, Reader(workspace_tables.rollups, workspace_tables.state), now)
    return Computed(answer, {name: value for name, value in answer.items() if name not in VOLATILE})


QUERY = CachedQuery(
    kind=COMPARATIVE.kind,
    policy=COMPARATIVE.policy,
    request_type=BodyRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda _: (BOARD.name,),
)


@endpoint.post()
async def dashboard_comparative(caller: CallerDep, body: Annotated[ComparativeBody, Body()]) -> Response:
    """The documented comparison; `effect_size` adds how large the difference is, and how sure."""
    body = await comparison_for(caller, validate_comparison(body))
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(units=current_meter())
    return endpoint.answer(answer, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
