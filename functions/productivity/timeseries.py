"""GET /api/metrics/timeseries: one metric of the board, day by day."""

from typing import Annotated

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoint_defaults import CHART, OF_THE_TEAM, rollup_query
from belvedere.boards.productivity.responses.timeseries import DAYS, SESSIONS, SeriesRequest, resolved, series
from belvedere.boards.productivity.window import days_of
from belvedere.http import CallerDep, Endpoint, Query, Response

QUERY = rollup_query("timeseries", CHART, SeriesRequest, resolved, series)

endpoint = Endpoint("productivity.timeseries", scope="read", public=True, roles=OF_THE_TEAM, headers=BOARD.headers,
                    fresh_s=CHART.ttl_s, stale_s=CHART.stale_s)  # fmt: skip


@endpoint.get("/api/metrics/timeseries")
async def metrics_timeseries(
    caller: CallerDep,
    days: str = str(DAYS),
    metric: str = SESSIONS,
    repo: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """A bare list, as it is documented: a value for each of the last `days` UTC days, today the last."""
    request = SeriesRequest(days_of(days, "days", default=DAYS), metric, repo or None)
    cached = await QUERY.answer(caller.workspace, request)
    return endpoint.answer(cached.plain, etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
