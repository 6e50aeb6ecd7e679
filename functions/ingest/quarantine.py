"""GET /v1/quarantine: what was sent and could not be kept, with reasons, newest day first."""

from typing import Annotated

from belvedere.clock import iso
from belvedere.endpoints.ingest import QUARANTINE
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.ingest.quarantine import MAX_PAGE, newest
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(QUARANTINE)
SHOWN = ("id", "reason", "detail", "raw", "cut", "sequence")


@endpoint.get()
async def quarantine(
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> Response:
    """A page of quarantined events; give `cursor` back to go on."""
    state = tables(caller.workspace).state
    items, after = await in_thread(lambda: newest(state, limit=limit, after=cursor))
    rows = [
        {"received": iso(int(item["received"]))} | {name: item[name] for name in SHOWN if name in item}
        for item in items
    ]
    return endpoint.answer({"quarantine": rows, "cursor": after})


handler = endpoint.handler
