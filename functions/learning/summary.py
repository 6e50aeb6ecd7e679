"""GET /dashboard/summary: totals of a range, its agents, and its last 24 hours."""

from typing import Annotated

from belvedere.auth.roles import EVERYBODY
from belvedere.auth.visibility import askable
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.responses.summary import SummaryRequest, resolved, summary
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.lists import values
from belvedere.query.reader.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

STABLE = ("time_range", "summary", "agent_breakdown", "hourly_activity")
POLICY = Policy(ttl_s=300, stale_s=600)

endpoint = Endpoint("learning.summary", scope="read", public=True, roles=EVERYBODY, limit="dashboard_summary",
                    headers=BOARD.headers, cache_type="dashboard_summary", fresh_s=POLICY.ttl_s,
                    stale_s=POLICY.stale_s)  # fmt: skip


async def computed(workspace: str, request: SummaryRequest, now: int) -> Computed:
    """A summary worked out from rollups."""
    workspace_tables = tables(workspace)
    answer = await summary(request, Reader(workspace_tables.rollups, workspace_tables.state), now)
    payload = {name: part for name, part in answer.items() if name != "explain"}
    return Computed(payload, {name: answer[name] for name in STABLE}, answer["explain"])


QUERY = CachedQuery(
    kind="dashboard:summary",
    policy=POLICY,
    request_type=SummaryRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda request: (BOARD.name, *(f"user:{user}" for user in request.user_ids)),
)


@endpoint.get("/dashboard/summary")
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
