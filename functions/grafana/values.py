"""GET /grafana/v1/values: the values a dimension had, as the options of a dashboard variable."""

from typing import Annotated

from belvedere.boards.registry import CATALOG
from belvedere.cache.flat_rows import flat_answer
from belvedere.endpoints.grafana import VALUES
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.query.reader.flat import flat_body, options

endpoint = Endpoint.of(VALUES)


@endpoint.get()
async def dimension_values(
    caller: CallerDep,
    board: str,
    dim: str,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
) -> Response:
    """Rows of `__text` and `__value`, which Grafana picks up by themselves."""
    if board not in CATALOG.boards:
        raise Invalid(f"board: {board!r} is not one of {', '.join(CATALOG.boards)}")
    first = CATALOG.boards[board].metrics[0].name
    rows, cached = await flat_answer(
        caller.workspace, flat_body(board=board, metrics=(first,), start=start, end=end, by=(dim,))
    )
    return endpoint.answer(options(rows, dim), cache_key=cached.name, headers=cached.headers)


handler = endpoint.handler
