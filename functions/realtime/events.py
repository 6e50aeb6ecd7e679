"""GET /api/v1/dashboard/realtime/events: everything that happens in the workspace, as server-sent events."""

from typing import Annotated

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.endpoints.realtime import EVENTS
from belvedere.http import CallerDep, Endpoint, Header, Query, Response
from belvedere.lists import values
from belvedere.realtime.connections.authorization import SubscriptionRequest
from belvedere.realtime.stream import streamed

endpoint = Endpoint.of(EVENTS)


@endpoint.get()
async def events(
    caller: CallerDep,
    event_types: Annotated[list[str] | None, Query()] = None,
    user_id: Annotated[list[str] | None, Query()] = None,
    cursor: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Events since `Last-Event-ID` (or `cursor`), else those of the next seconds; the reader asks again by itself."""
    types, users = values(event_types, "event_types"), values(user_id, "user_id")
    return await streamed(caller, SubscriptionRequest("events", users or None, types or None, last_event_id or cursor))


handler = endpoint.handler
