"""GET /api/activity/heatmap: sessions by day of the week and hour."""

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import HEATMAP
from belvedere.boards.productivity.responses.hours import FOUR_WEEKS, MOST_DAYS, HoursRequest, heatmap, resolved
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Response

QUERY = rollup_query(HEATMAP, HoursRequest, resolved, heatmap)

endpoint = Endpoint.of(HEATMAP, headers=BOARD.headers)


@endpoint.get()
async def activity_heatmap(caller: CallerDep, days: str = str(FOUR_WEEKS), tz: str | None = None) -> Response:
    """A bare list, as it is documented: all 168 hours of a week, over the last `days` times 24 hours."""
    request = HoursRequest(days_of(days, "days", default=FOUR_WEEKS, most=MOST_DAYS), tz)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
