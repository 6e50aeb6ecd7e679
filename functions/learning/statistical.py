"""POST /dashboard/analytics/statistical: trends, groups of students, correlations and anomalies."""

from typing import Annotated

from belvedere.auth.roles import SEE_ALL
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.requests import StatisticalBody
from belvedere.boards.learning.analytics.statistical import part_of, statistical
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.boards.learning.endpoints import STATISTICAL
from belvedere.cache.body_query import BodyRequest
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = analytics_view(
    STATISTICAL.kind, STATISTICAL.policy, StatisticalBody, lambda body, now: part_of(body, now).to_json(), statistical
)

endpoint = Endpoint.of(STATISTICAL, headers=BOARD.headers)


@endpoint.post()
async def dashboard_statistical(caller: CallerDep, body: Annotated[StatisticalBody, Body()]) -> Response:
    """The analysis asked for; who may not see everybody gets groups without names."""
    if caller.role not in SEE_ALL and body.analysis_type == "clustering":
        options = body.advanced_options.model_copy(update={"include_students": False})
        body = body.model_copy(update={"advanced_options": options})
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
