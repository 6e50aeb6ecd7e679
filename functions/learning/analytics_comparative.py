"""POST /dashboard/analytics/comparative: cohorts, periods, variants and benchmarks."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.audience import nameable
from belvedere.boards.learning.analytics.comparison import comparison, range_of
from belvedere.boards.learning.analytics.requests import AnalyticsComparativeBody
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.boards.learning.audience import may_see_classes
from belvedere.boards.learning.endpoints import ANALYTICS_COMPARATIVE
from belvedere.cache.body_query import BodyRequest
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = analytics_view(
    ANALYTICS_COMPARATIVE.kind,
    ANALYTICS_COMPARATIVE.policy,
    AnalyticsComparativeBody,
    lambda body, now: range_of(body, now).to_json(),
    comparison,
)

endpoint = Endpoint.of(ANALYTICS_COMPARATIVE, headers=BOARD.headers)


@endpoint.post()
async def analytics_comparative(caller: CallerDep, body: Annotated[AnalyticsComparativeBody, Body()]) -> Response:
    """Groups against each other, or students against everybody."""
    if body.analysis_type in ("benchmark", "temporal"):
        await nameable(caller, body.entities)
    else:
        await may_see_classes(caller, body.entities)
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
