"""POST /dashboard/analytics/insights: what stands out, as sentences with their evidence."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.insights import insights
from belvedere.boards.learning.analytics.requests import InsightsBody
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.boards.learning.endpoints import INSIGHTS
from belvedere.cache.body_query import BodyRequest
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = analytics_view(
    INSIGHTS.kind,
    INSIGHTS.policy,
    InsightsBody,
    lambda body, now: body.back(body.time_window_days, now).to_json(),
    insights,
)

endpoint = Endpoint.of(INSIGHTS, headers=BOARD.headers)


@endpoint.post()
async def dashboard_insights(caller: CallerDep, body: Annotated[InsightsBody, Body()]) -> Response:
    """The insights of a window, the most important first."""
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
