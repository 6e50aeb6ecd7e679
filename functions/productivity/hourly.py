"""GET /api/metrics/hourly: sessions by hour of the day."""

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import rollup_query
from belvedere.boards.productivity.endpoints import HOURLY
from belvedere.boards.productivity.responses.hours import MOST_DAYS, WEEK, HoursRequest, hourly, resolved
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Response

QUERY = rollup_query(HOURLY, HoursRequest, resolved, hourly)

endpoint = Endpoint.of(HOURLY, headers=BOARD.headers)


@endpoint.get()
async def metrics_hourly(caller: CallerDep, days: str = str(WEEK), tz: str | None = None) -> Response:
    """A bare list, as it is documented: all 24 hours, over the last `days` times 24 hours."""
    request = HoursRequest(days_of(days, "days", default=WEEK, most=MOST_DAYS), tz)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
