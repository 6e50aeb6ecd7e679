"""CORS for the combined application. In Lambda the HTTP API adds it to answers, from the same setting.

Callers identify themselves by a header they set, never by a cookie, so credentials are never allowed
and a wildcard origin gives nothing away.
"""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

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
    return [origin for entry in origins.strip("[] ").split(",") if (origin := entry.strip("\"' "))]


class Cors(CORSMiddleware):
    """Answers preflights, and lets the configured origins read answers."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(app, allow_origins=origins, expose_headers=("*",), max_age=MAX_AGE_S)

    def preflight_response(self, request_headers: Headers) -> Response:
        """204 either way, as the HTTP API does: a browser reads a refusal from the absence of headers."""
        headers = {} if self.allow_all_origins else {"Vary": "Origin"}
        if self.is_allowed_origin(request_headers["origin"]):
            headers["Access-Control-Allow-Origin"] = "*" if self.allow_all_origins else request_headers["origin"]
            headers["Access-Control-Expose-Headers"] = "*"
            headers["Access-Control-Allow-Methods"] = METHODS
            headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            headers["Access-Control-Max-Age"] = str(MAX_AGE_S)
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
