"""GET /dashboard/stream: the board's changes and alerts as server-sent events."""

from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.endpoints import STREAM
from belvedere.http import CallerDep, Endpoint, Header, Query, Response
from belvedere.lists import values
from belvedere.realtime.connections.authorization import SubscriptionRequest
from belvedere.realtime.stream import streamed

endpoint = Endpoint.of(STREAM, headers=BOARD.headers)


@endpoint.get()
async def stream(
    caller: CallerDep,
    user_id: Annotated[list[str] | None, Query()] = None,
    cursor: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Changes since `Last-Event-ID` (or `cursor`), else those of the next seconds; the reader asks again by itself."""
    users = values(user_id, "user_id")
    return await streamed(caller, SubscriptionRequest("learning.stream", users or None, None, last_event_id or cursor))


handler = endpoint.handler
