"""POST /dashboard/analytics/content-effectiveness: how well concepts and agents work."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.content import content_effectiveness
from belvedere.boards.learning.analytics.requests import ContentBody
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.boards.learning.endpoints import CONTENT_EFFECTIVENESS
from belvedere.cache.body_query import BodyRequest
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = analytics_view(
    CONTENT_EFFECTIVENESS.kind,
    CONTENT_EFFECTIVENESS.policy,
    ContentBody,
    lambda body, now: body.back(body.time_window_days, now).to_json(),
    content_effectiveness,
)

endpoint = Endpoint.of(CONTENT_EFFECTIVENESS, headers=BOARD.headers)


@endpoint.post()
async def dashboard_content_effectiveness(caller: CallerDep, body: Annotated[ContentBody, Body()]) -> Response:
    """The contents of a window, the least successful first."""
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
