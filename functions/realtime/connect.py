"""`$connect`: checks who opens a connection and what they may hear, and has them greeted."""

from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.realtime.connections.handlers import on_connect
from belvedere.realtime.connections.sockets import OPENING, SocketCall, SocketRoute
from belvedere.realtime.push.service import start_push

route = SocketRoute("realtime.connect", OPENING)


@route.serves
async def connect(call: SocketCall) -> dict[str, Any] | None:
    """Refused with 401, 403, 404, 422 or 429; a connection without a key may bring one in its first message."""
    connection = await on_connect(call)
    if connection is not None:
        start_push(connection.workspace)
    return None


handler = route.handler
