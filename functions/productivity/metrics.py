"""GET /api/metrics: the nine KPIs of a team."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import report_query
from belvedere.boards.productivity.endpoints import METRICS
from belvedere.boards.productivity.responses.metrics import team_metrics
from belvedere.boards.productivity.scope import Scope, policy_of
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.settings import settings
from belvedere.storage.meter import current_meter

QUERY = report_query(METRICS, Scope, Scope.resolved, team_metrics)

endpoint = Endpoint.of(METRICS, headers=BOARD.headers)


@endpoint.get()
async def productivity_metrics(
    caller: CallerDep,
    since: str = "7",
    repo: Annotated[str | None, Query(max_length=200)] = None,
    policy_model: Annotated[list[str] | None, Query()] = None,
    force_refresh: bool = False,
) -> Response:
    """The documented metrics of `since` days, each with its sample: 0 where there is nothing to tell."""
    scope = Scope(days_of(since), repo or None, policy_of(policy_model, settings().policy_models))
    cached = await QUERY.answer(caller.workspace, scope, bypass=force_refresh)
    body = cached.body(units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
