"""CORS for the combined application. In Lambda the HTTP API adds it to answers, from the same setting.

Callers identify themselves by a header they set, never by a cookie, so credentials are never allowed
and a wildcard origin gives nothing away.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from belvedere.settings import settings

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
REQUEST_HEADERS = (  # what a route reads, and what the contracts' browser clients send besides
    "accept, authorization, cache-control, content-encoding, content-type, if-none-match, last-event-id, pragma, "
    "x-api-key, x-request-id, x-request-time, x-requested-with, x-user-id"
)
MAX_AGE_S = 600


def asks_first(scope: Scope, headers: Headers) -> bool:
    """Is this a browser's question whether a page may send a request?"""
    return scope["method"] == "OPTIONS" and "access-control-request-method" in headers


class Preflights:
    """Answers preflights alone, which reach a function whose route takes any method. The rest is the HTTP API's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and asks_first(scope, Headers(raw=scope["headers"])):
            await Cors(self._app, listed(settings().cors_origins))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def listed(origins: str) -> list[str]:
    """The origins of the setting: separated by commas, or a JSON array as one contract writes it."""
    return [origin for part in origins.strip("[] ").split(",") if (origin := part.strip("\"' "))]


class Cors:
    """Answers preflights, and lets the configured origins read answers."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(raw=scope.get("headers", []))
        origin = headers.get("origin")
        if scope["type"] != "http" or origin is None:
            await self._app(scope, receive, send)
        elif asks_first(scope, headers):
            await self._preflight(origin, send)
        else:
            await self._app(scope, receive, self._allowing(origin, send))

    def _allowing(self, origin: str, send: Send) -> Send:
        async def with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                self._allow(origin, headers)
                message["headers"] = headers.raw
            await send(message)

        return with_cors

    def _allow(self, origin: str, headers: MutableHeaders) -> bool:
        allowed = "*" if "*" in self._origins else origin if origin in self._origins else None
        if allowed != "*":
            headers.add_vary_header("Origin")
        if allowed:
            headers["Access-Control-Allow-Origin"] = allowed
            headers["Access-Control-Expose-Headers"] = "*"
        return allowed is not None

    async def _preflight(self, origin: str, send: Send) -> None:
        """204 either way, as the HTTP API does: a browser reads a refusal from the absence of headers."""
        headers = MutableHeaders()
        if self._allow(origin, headers):
            headers["Access-Control-Allow-Methods"] = METHODS
            headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            headers["Access-Control-Max-Age"] = str(MAX_AGE_S)
        await send({"type": "http.response.start", "status": 204, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})
