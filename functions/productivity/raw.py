"""GET /api/metrics/raw: the report that the KPIs are made of."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import report_query
from belvedere.boards.productivity.endpoints import RAW
from belvedere.boards.productivity.responses.raw import ReportRequest, report
from belvedere.boards.productivity.scope import Scope, policy_of
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.settings import settings
from belvedere.storage.meter import current_meter

QUERY = report_query(RAW, ReportRequest, ReportRequest.resolved, report)

endpoint = Endpoint.of(RAW, headers=BOARD.headers)


@endpoint.get()
async def productivity_raw(
    caller: CallerDep,
    since: str = "7",
    lag_days: Annotated[int, Query(ge=0)] = 1,
    fill_zero_days: bool = False,
    repo: Annotated[str | None, Query(max_length=200)] = None,
    policy_model: Annotated[list[str] | None, Query()] = None,
    force_refresh: bool = False,
) -> Response:
    """The documented report of `since` days; fractions are 0 to 1, and null is not known."""
    scope = Scope(days_of(since), repo or None, policy_of(policy_model, settings().policy_models))
    request = ReportRequest(scope, lag_days, fill_zero_days)
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = cached.body(units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
