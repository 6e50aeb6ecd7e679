"""`$default`: every message of a client: subscribe, unsubscribe, ping, heartbeat, auth."""

from collections.abc import Mapping
from typing import Any

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.realtime.connections.handlers import on_message
from belvedere.realtime.connections.sockets import MESSAGE, SocketCall, SocketRoute
from belvedere.realtime.push.service import start_push

route = SocketRoute("realtime.default", MESSAGE)


@route.serves
async def default(call: SocketCall) -> Mapping[str, Any] | None:
    """The answer goes back over the connection; what is malformed is answered by an `error`, and it stays open."""
    reply = await on_message(call)
    if call.workspace and reply.push:
        start_push(call.workspace)
    return reply.frame


handler = route.handler
