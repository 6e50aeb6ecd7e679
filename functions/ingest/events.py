"""POST /v1/events: takes events, stores each once, and says of each what became of it."""

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.clock import now_ms
from belvedere.endpoints.ingest import EVENTS
from belvedere.http import CallerDep, Endpoint, Request, Response
from belvedere.ingest.body import batch_of
from belvedere.ingest.insert import Insert
from belvedere.ingest.receive import receive
from belvedere.settings import settings
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread
from belvedere.usage import note

endpoint = Endpoint.of(EVENTS)


@endpoint.post()
async def events(request: Request, caller: CallerDep) -> Response:
    """Every event gets its own result: accepted, duplicate, conflict, or rejected with a reason."""
    batch = batch_of(await request.body(), request.headers)
    workspace_tables = tables(caller.workspace)
    insert = Insert(
        workspace_tables.events, slices=settings().event_slices, retention_days=settings().raw_retention_days
    )
    outcome = await in_thread(lambda: receive(batch, insert, workspace_tables.state, now_ms()))
    note("events", outcome["accepted"])
    return endpoint.answer(outcome)


handler = endpoint.handler
