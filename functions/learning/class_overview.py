"""GET /dashboard/class-overview: how classes did, how that is spread, who did best."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.audience import may_see_classes
from belvedere.boards.learning.endpoints import CLASS_OVERVIEW
from belvedere.boards.learning.responses.class_overview import ClassOverviewRequest, class_overview, resolved
from belvedere.cache.body_query import VOLATILE
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.lists import values
from belvedere.storage.meter import current_meter
from belvedere.storage.tables import tables

endpoint = Endpoint.of(CLASS_OVERVIEW, headers=BOARD.headers)


async def computed(workspace: str, request: ClassOverviewRequest, now: int) -> Computed:
    """An overview worked out from rollups."""
    answer = await class_overview(request, tables(workspace), now)
    return Computed(answer, {name: value for name, value in answer.items() if name not in VOLATILE})


QUERY = CachedQuery(
    kind=CLASS_OVERVIEW.kind,
    policy=CLASS_OVERVIEW.policy,
    request_type=ClassOverviewRequest,
    resolve=resolved,
    compute=computed,
    tags=lambda request: (BOARD.name, *(f"class:{name}" for name in request.class_ids or ())),
)


@endpoint.get()
async def dashboard_class_overview(
    caller: CallerDep,
    class_ids: Annotated[list[str] | None, Query()] = None,
    preset: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    include_comparisons: bool = False,
    force_refresh: bool = False,
) -> Response:
    """The documented overview; without `class_ids`, of an instructor's own classes, or of everybody."""
    classes = values(class_ids, "class_ids")
    own = await may_see_classes(caller, classes)
    chosen = classes or own  # None: everybody
    request = ClassOverviewRequest(chosen, preset, start_date, end_date, include_comparisons)
    cached = await QUERY.answer(caller.workspace, request, bypass=force_refresh)
    body = cached.body(units=current_meter())
    return endpoint.answer(body, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
