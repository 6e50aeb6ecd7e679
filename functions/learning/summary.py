"""GET /dashboard/summary: totals of a range, its agents, and its last 24 hours."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.views.summary import SummaryRequest, summary
from belvedere.clock import now_ms
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.http.lists import values
from belvedere.query.read import Reader
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint(
    "learning.summary", scope="read", headers=BOARD.headers, cache_type="dashboard_summary", fresh_s=300, stale_s=600
)
STABLE = ("time_range", "summary", "agent_breakdown", "hourly_activity")


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
    """The documented summary; `explain=true` adds the plan, the units, and nulls where the board shows 0."""
    request = SummaryRequest(
        preset, start_date, end_date, values(user_ids, "user_ids"), values(agent_types, "agent_types")
    )
    mine = tables(caller.workspace)
    answer = await summary(request, Reader(mine.rollups, mine.state), now_ms())
    explained = answer.pop("explain") | {"units": current_meter()}
    stable = {name: answer[name] for name in STABLE}
    if explain:
        answer["explain"] = explained
    return endpoint.answer(answer, stable=stable, cache_key=answer["cache_info"]["cache_key"])


handler = endpoint.handler
