"""POST /dashboard/analytics/content-effectiveness: how well concepts and agents work."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.content import content_effectiveness
from belvedere.boards.learning.analytics.requests import ContentBody
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.cache.body_query import BodyRequest
from belvedere.cache.policy import Policy
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

POLICY = Policy(ttl_s=2400, stale_s=2400)
QUERY = analytics_view(
    "dashboard:content_effectiveness",
    POLICY,
    ContentBody,
    lambda body, now: body.back(body.time_window_days, now).to_json(),
    content_effectiveness,
)

endpoint = Endpoint(
    "learning.content_effectiveness",
    scope="read",
    roles=("instructor", "analyst"),
    limit="default",
    headers=BOARD.headers,
    cache_type="default",
    fresh_s=POLICY.ttl_s,
    stale_s=POLICY.stale_s,
)


@endpoint.post("/dashboard/analytics/content-effectiveness")
async def dashboard_content_effectiveness(caller: CallerDep, body: Annotated[ContentBody, Body()]) -> Response:
    """The contents of a window, the least successful first."""
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
