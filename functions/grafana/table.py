"""GET /grafana/v1/table: flat rows without time, one a group, for tables, bars and single numbers."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.cache.flat_rows import flat_answer
from belvedere.endpoints.grafana import TABLE
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.query.planner.variables import conditions, listed
from belvedere.query.reader.flat import DEFAULT_LIMIT, flat_body

endpoint = Endpoint.of(TABLE)


@endpoint.get()
async def table(
    caller: CallerDep,
    board: str,
    metrics: Annotated[list[str], Query()],
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
    by: Annotated[list[str] | None, Query()] = None,
    where: Annotated[list[str] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=DEFAULT_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """One row a group over the whole range."""
    body = flat_body(
        board=board, metrics=listed(metrics, "metrics"), start=start, end=end,
        by=listed(by, "by"), where=conditions(where), limit=limit,
    )  # fmt: skip
    rows, cached = await flat_answer(caller.workspace, body)
    return endpoint.answer(rows, cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
