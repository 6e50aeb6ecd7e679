"""GET /grafana/v1/timeseries: flat rows with a time column, for panels over time."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.cache.flat_rows import flat_answer
from belvedere.endpoints.grafana import TIMESERIES
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.query.planner.variables import conditions, listed
from belvedere.query.reader.flat import DEFAULT_LIMIT, flat_body

endpoint = Endpoint.of(TIMESERIES)


@endpoint.get()
async def timeseries(
    caller: CallerDep,
    board: str,
    metrics: Annotated[list[str], Query()],
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
    granularity: str = "auto",
    by: Annotated[list[str] | None, Query()] = None,
    where: Annotated[list[str] | None, Query()] = None,
    tz: str | None = None,
    limit: Annotated[int, Query(ge=1, le=DEFAULT_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """One row a bucket and group, in order of time."""
    body = flat_body(
        board=board, metrics=listed(metrics, "metrics"), start=start, end=end, granularity=granularity,
        by=listed(by, "by"), tz=tz, where=conditions(where), limit=limit,
    )  # fmt: skip
    rows, cached = await flat_answer(caller.workspace, body)
    return endpoint.answer(rows, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
