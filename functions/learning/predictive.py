"""POST /dashboard/analytics/predictive: what students are likely to do, and early warnings."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.audience import nameable
from belvedere.boards.learning.analytics.predictive import predictive
from belvedere.boards.learning.analytics.requests import PredictiveBody
from belvedere.boards.learning.analytics.view import analytics_view
from belvedere.boards.learning.endpoints import PREDICTIVE
from belvedere.cache.body_query import BodyRequest
from belvedere.clock import iso
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter

QUERY = analytics_view(
    PREDICTIVE.kind,
    PREDICTIVE.policy,
    PredictiveBody,
    lambda body, now: {"day": iso(body.moment(now))[:10]},
    predictive,
)

endpoint = Endpoint.of(PREDICTIVE, headers=BOARD.headers)


@endpoint.post()
async def dashboard_predictive(caller: CallerDep, body: Annotated[PredictiveBody, Body()]) -> Response:
    """Predictions for the students named, or early warnings about everybody that the caller may see."""
    students = await nameable(caller, body.student_ids)
    if body.student_ids is None and students is not None:
        body = body.model_copy(update={"student_ids": students, "early_warnings": True})
    cached = await QUERY.answer(caller.workspace, BodyRequest.of(body), bypass=body.force_refresh)
    answer = cached.body(explain=False, units=current_meter())
    return endpoint.answer(answer, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
