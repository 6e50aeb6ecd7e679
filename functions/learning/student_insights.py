"""GET /dashboard/student-insights: one student's progress, masteries and predictions; who, in the path or the query."""

from typing import Annotated

from pydantic import Field

from belvedere.auth.visibility import may_see_users
from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import STUDENT_INSIGHTS
from belvedere.boards.learning.responses.student_insights import InsightsRequest, insights, resolved
from belvedere.cache.body_query import VOLATILE
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.http import CallerDep, Endpoint, Response
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

Student = Annotated[str, Field(min_length=1, max_length=200)]  # of the path where it is named there, else of the query

endpoint = Endpoint.of(STUDENT_INSIGHTS, headers=BOARD.headers)


async def computed(workspace: str, request: InsightsRequest, now: int) -> Computed:
    """Insights worked out from rollups."""
    answer = await insights(request, tables(workspace), now)
    return Computed(answer, {name: value for name, value in answer.items() if name not in VOLATILE})


QUERY = CachedQuery(
    kind=STUDENT_INSIGHTS.kind,
    policy=STUDENT_INSIGHTS.policy,
    request_type=InsightsRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda request: (BOARD.name, f"user:{request.user_id}"),
)


@endpoint.get("/dashboard/student-insights")
@endpoint.get("/dashboard/student-insights/{user_id}")
async def dashboard_student_insights(
    caller: CallerDep,
    user_id: Student,
    preset: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    include_predictions: bool = False,
    force_refresh: bool = False,
) -> Response:
    """The documented insights of one student, with what they are made of in `details`."""
    await may_see_users(caller, (user_id,))
    request = InsightsRequest(user_id, preset, start_date, end_date, include_predictions)
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = cached.body(units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
