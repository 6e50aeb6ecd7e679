"""GET /v1/usage: what the workspace used, in units and money, by UTC day and route."""

from typing import Annotated

from belvedere.clock import now_ms
from belvedere.cost import prices
from belvedere.endpoints.operations import USAGE
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread
from belvedere.usage.report import days, report, used

endpoint = Endpoint.of(USAGE)


@endpoint.get()
async def usage(
    caller: CallerDep,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
) -> Response:
    """Rows by day and route, sums by day, and the whole, of the UTC days that `from` <= time < `to` touches.

    Without a range, of the last thirty days.

    Counts lag by some seconds, and lack what a process was counting when it was stopped. Costs are by the dated price
    table, without the free tier, storage, transfer and logs.
    """
    first, last = days(start, end, now_ms())
    state = tables(caller.workspace).state
    return endpoint.answer(report(await in_thread(lambda: list(used(state, first, last))), first, last, prices()))


handler = endpoint.handler
