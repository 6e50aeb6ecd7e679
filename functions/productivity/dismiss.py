"""POST /api/insights/{insight_id}/dismiss: an insight is not shown again to who says so, or to the workspace."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoints import DISMISS
from belvedere.boards.productivity.insights.dismissals import dismiss, dismissed
from belvedere.boards.productivity.insights.insight import days_in
from belvedere.boards.productivity.insights.listing import listed
from belvedere.boards.productivity.insights.observed import observed
from belvedere.boards.productivity.scope import Scope
from belvedere.boards.productivity.window import MOST_DAYS
from belvedere.clock import now_ms
from belvedere.errors import NotFound
from belvedere.http import CallerDep, Endpoint, Path, Query, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(DISMISS, headers=BOARD.headers)


@endpoint.post()
async def productivity_dismiss(
    caller: CallerDep,
    insight_id: Annotated[str, Path(min_length=1, max_length=200)],
    repo: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Leave an insight out of the caller's lists for 90 days; one that was dismissed already stays so."""
    state, now = tables(caller.workspace).state, now_ms()
    if not await in_thread(lambda: dismissed(state, caller.user, [insight_id], now)):
        if insight_id not in await _known(caller.workspace, insight_id, repo or None, now):
            raise NotFound(f"insight_id: there is no insight {insight_id!r:.60} now; ask GET /api/insights?limit=100")
        await in_thread(lambda: dismiss(state, caller.user, insight_id, now))
    return endpoint.answer({"id": insight_id, "dismissed": True})


async def _known(workspace: str, insight_id: str, repo: str | None, now: int) -> set[str]:
    """The ids of all insights about the days that an id names, worked out now."""
    days = days_in(insight_id)
    if days is None or not 1 <= days <= MOST_DAYS:
        return set()
    seen = await observed(Scope(days, repo), tables(workspace), now, slices=settings().event_slices)
    return {insight["id"] for insight in listed(seen, now)}


handler = endpoint.handler
