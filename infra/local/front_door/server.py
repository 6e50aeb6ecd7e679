"""The front door: one origin for the HTTP API and the WebSocket API, as the edge gives in production.

`python -m infra.local.front_door.server --port 8000 --upstream URL [--websocket URL] [--origins ORIGIN,ORIGIN]`
"""

import argparse
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

from infra.local.front_door.http_proxy import pass_on
from infra.local.front_door.problems import problem
from infra.local.front_door.socket_proxy import join, wants_socket
from infra.local.origins import refusal
from infra.local.settings import HOST

CONNECT_S = 5.0
# Bodies pass as they came, compressed or not; an address may be as long as API Gateway allows.
READING: dict[str, Any] = {"auto_decompress": False, "max_line_size": 16_384, "max_field_size": 16_384}
SESSION = web.AppKey("session", ClientSession)


@dataclass(frozen=True, slots=True)
class Upstream:
    """What stands behind the door."""

    http: str
    websocket: str | None = None
    origins: tuple[str, ...] = ()  # whose pages may ask, beside those of this machine


def front_door(upstream: Upstream) -> web.Application:
    """The application; tests run it before an upstream of their own."""

    async def anything(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if why := refusal(headers, upstream.origins):
            return problem(403, f"{why}; `make up CORS_ORIGINS=<origin>` lets another origin ask")
        if wants_socket(request):
            if upstream.websocket is None:
                return problem(503, "no WebSocket API deployed")
            return await join(request, upstream.websocket, request.app[SESSION])
        return await pass_on(request, upstream.http, request.app[SESSION], upstream.origins)

    app = web.Application()
    app.cleanup_ctx.append(_session)
    app.router.add_route("*", "/{anything:.*}", anything)
    return app


async def _session(app: web.Application) -> AsyncIterator[None]:
    """One pool of upstream connections, as many as there are clients (a WebSocket keeps its own for hours).

    Bodies pass as they are, and no total time limit cuts a stream.
    """
    timeout = ClientTimeout(total=None, sock_connect=CONNECT_S)
    jar, pool = DummyCookieJar(), TCPConnector(limit=0)
    async with ClientSession(timeout=timeout, auto_decompress=False, cookie_jar=jar, connector=pool) as session:
        app[SESSION] = session
        yield


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--websocket")
    parser.add_argument("--origins", default="")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    origins = tuple(origin.strip() for origin in arguments.origins.split(",") if origin.strip())
    app = front_door(Upstream(arguments.upstream, arguments.websocket, origins))
    # A client that goes away ends its request, or a silent stream would be held open for nobody.
    serving: dict[str, Any] = {"handler_cancellation": True, "access_log": None, "print": None, "shutdown_timeout": 1}
    web.run_app(app, host=HOST, port=arguments.port, **serving, **READING)


if __name__ == "__main__":
    main()
