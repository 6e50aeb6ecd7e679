"""GET /api/insights: what stands out, as the contract documents it, or as the list that the shipped client reads."""

from typing import Annotated

import orjson
from pydantic import BeforeValidator

from belvedere.auth.caller import Caller
from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import report_query
from belvedere.boards.productivity.endpoints import INSIGHTS
from belvedere.boards.productivity.insights import listing
from belvedere.boards.productivity.insights.dismissals import dismissed
from belvedere.boards.productivity.insights.insight import Category
from belvedere.boards.productivity.responses.insights import insights
from belvedere.boards.productivity.responses.raw import ReportRequest
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.window import days_of
from belvedere.clock import now_ms
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

MOST = 100
EmptyIsNone = BeforeValidator(lambda given: given or None)  # as a form sends a filter that was left empty

QUERY = report_query(INSIGHTS, ReportRequest, ReportRequest.resolved, insights)

endpoint = Endpoint.of(INSIGHTS, headers=BOARD.headers)


@endpoint.get()
async def productivity_insights(
    caller: CallerDep,
    since: str = "7",
    lag_days: Annotated[int | None, Query(ge=0, description="1 unless given")] = None,
    fill_zero_days: bool | None = None,
    repo: Annotated[str | None, Query(max_length=200)] = None,
    category: Annotated[Category | None, EmptyIsNone] = None,
    limit: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    force_refresh: bool = False,
) -> Response:
    """The documented insights of `since` days; with `category` or `limit` a bare list of those nobody has dismissed."""
    scope = Scope(days_of(since), repo or None)
    if category or limit:
        if (lag_days, fill_zero_days) != (None, None):
            raise Invalid("lag_days, fill_zero_days: are of correlations, which a list does not have; leave them out")
        return await _list(caller, scope, category, limit or MOST, force_refresh)
    request = ReportRequest(scope, 1 if lag_days is None else lag_days, bool(fill_zero_days))
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = cached.body(units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


async def _list(caller: Caller, scope: Scope, category: Category | None, limit: int, bypass: bool) -> Response:
    """A list has to be asked for again each time: its reader may just have dismissed something."""
    cached = await listing.QUERY.answer(caller.workspace, scope, bypass=bypass)
    all_of_them = orjson.loads(cached.entry.body)["insights"]
    wanted = [insight for insight in all_of_them if category in (None, insight["category"])]
    state, names = tables(caller.workspace).state, [insight["id"] for insight in wanted]
    gone = await in_thread(lambda: dismissed(state, caller.user, names, now_ms())) if names else set()
    shown = [insight for insight in wanted if insight["id"] not in gone][:limit]
    etag_source = [{**insight, "timestamp": None} for insight in shown]
    headers = cached.headers | {"Cache-Control": "private, no-cache"}
    return endpoint.answer(shown, etag_source=etag_source, cache_key=cached.name, headers=headers)


handler = endpoint.handler
