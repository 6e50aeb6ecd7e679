"""GET /grafana/v1/table: flat rows without time, one a group, for tables, bars and single numbers."""

from typing import Annotated

from belvedere.clock import now_ms
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.http.lists import values
from belvedere.query.flat import DEFAULT_LIMIT, flat_question, flat_rows
from belvedere.query.read import Reader
from belvedere.storage.tables import tables

endpoint = Endpoint("grafana.table", scope="read")


@endpoint.get("/grafana/v1/table")
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
    question = flat_question(
        board=board, metrics=values(metrics, "metrics"), start=start, end=end, granularity=None,
        by=values(by, "by"), tz=None, where=values(where, "where"), limit=limit, now=now_ms(),
    )  # fmt: skip
    mine = tables(caller.workspace)
    return endpoint.answer(await flat_rows(question, Reader(mine.rollups, mine.state)))


handler = endpoint.handler
