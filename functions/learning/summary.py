"""GET /dashboard/summary: totals of a range, its agents, and its last 24 hours."""

from typing import Annotated

from belvedere.auth.visibility import askable
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import SUMMARY
from belvedere.boards.learning.responses.summary import SummaryRequest, resolved, summary
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.lists import values
from belvedere.query.reader.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

STABLE = ("time_range", "summary", "agent_breakdown", "hourly_activity")

endpoint = Endpoint.of(SUMMARY, headers=BOARD.headers)


async def computed(workspace: str, request: SummaryRequest, now: int) -> Computed:
    """A summary worked out from rollups."""
    workspace_tables = tables(workspace)
    answer = await summary(request, Reader(workspace_tables.rollups, workspace_tables.state), now)
    payload = {name: value for name, value in answer.items() if name != "explain"}
    return Computed(payload, {name: answer[name] for name in STABLE}, answer["explain"])


QUERY = CachedQuery(
    kind=SUMMARY.kind,
    policy=SUMMARY.policy,
    request_type=SummaryRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda request: (BOARD.name, *(f"user:{user}" for user in request.user_ids)),
)


@endpoint.get()
async def dashboard_summary(
    caller: CallerDep,
    preset: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    user_ids: Annotated[list[str] | None, Query()] = None,
    agent_types: Annotated[list[str] | None, Query()] = None,
    force_refresh: bool = False,
    explain: bool = False,
) -> Response:
    """The documented summary; `explain=true` adds the plan, the units, the cache, and nulls where the board shows 0."""
    users, agents = values(user_ids, "user_ids"), values(agent_types, "agent_types")
    request = SummaryRequest(preset, start_date, end_date, await askable(caller, users), agents)
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = cached.body(explain=explain, units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
