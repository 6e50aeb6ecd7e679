"""GET /grafana/v1/values: the values a dimension had, as the options of a dashboard variable."""

from typing import Annotated

from belvedere.boards.registry import boards
from belvedere.clock import now_ms
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.query.flat import DEFAULT_LIMIT, flat_question, values_of
from belvedere.query.read import Reader
from belvedere.storage.tables import tables

endpoint = Endpoint("grafana.values", scope="read")


@endpoint.get("/grafana/v1/values")
async def dimension_values(
    caller: CallerDep,
    board: str,
    dim: str,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
) -> Response:
    """Rows of `__text` and `__value`, which Grafana picks up by themselves."""
    if board not in boards():
        raise Invalid(f"board: {board!r} is not one of {', '.join(boards())}")
    question = flat_question(
        board=board, metrics=(boards()[board].metrics[0].name,), start=start, end=end, granularity=None,
        by=(dim,), tz=None, where=(), limit=DEFAULT_LIMIT, now=now_ms(),
    )  # fmt: skip
    mine = tables(caller.workspace)
    return endpoint.answer(await values_of(question, Reader(mine.rollups, mine.state)))


handler = endpoint.handler
