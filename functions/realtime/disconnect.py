"""`$disconnect`: forgets a connection. What API Gateway fails to tell here, a push or the rows' own end makes good."""

import belvedere.boards  # noqa: F401 - hands the engine its catalog
from belvedere.realtime.connections.handlers import on_disconnect
from belvedere.realtime.connections.sockets import CLOSING, SocketCall, SocketRoute

route = SocketRoute("realtime.disconnect", CLOSING)


@route.serves
async def disconnect(call: SocketCall) -> None:
    """Every row of the connection goes."""
    await on_disconnect(call)


handler = route.handler
