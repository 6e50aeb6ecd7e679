"""All routes as one ASGI application, for tests in process and for those who want a container:

    uvicorn belvedere.http.asgi:application

Each request goes to the very endpoint that its Lambda would run; endpoint modules are imported when first asked.
"""

import functools
import importlib

from starlette.types import ASGIApp, Receive, Scope, Send

from belvedere.http.cors import Cors, listed
from belvedere.http.endpoint import Endpoint
from belvedere.http.route_dispatch import as_get
from belvedere.http.routes import FALLBACK, routes_of
from belvedere.settings import settings


@functools.cache
def endpoint_of(module: str) -> Endpoint:
    """The endpoint that a handler module declares."""
    endpoint = importlib.import_module(module).endpoint
    assert isinstance(endpoint, Endpoint), f"{module}.endpoint is not an Endpoint"
    return endpoint


async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to the endpoint of its route, or to the one that knows that there is none."""
    route = routes_of(scope["path"]).get(as_get(scope)["method"])
    await endpoint_of(route.module if route else FALLBACK).asgi(scope, receive, send)


@functools.cache
def with_cors(origins: str) -> ASGIApp:
    """The dispatcher behind CORS for the origins of the setting."""
    return Cors(dispatch, listed(origins))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The combined application."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await with_cors(settings().cors_origins)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _lifespan(receive: Receive, send: Send) -> None:
    """Nothing to start or to stop; the settings are checked here, so that a container fails at its start."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            settings()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
