"""Asks a route of this deployment in process, for a caller who is known already: what exports of answers are made of.

The endpoint's own function answers, so limits by role and every figure are the route's; nothing is counted against a
rate limit, and nothing is logged as a request.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.types import Message

from belvedere.auth.access import require_role
from belvedere.auth.caller import Caller
from belvedere.errors import BelvedereError
from belvedere.export.sources.data_type import RouteRequest
from belvedere.http.answers import Capture
from belvedere.http.asgi import endpoint_of
from belvedere.http.errors import refusal
from belvedere.http.exchange import begin
from belvedere.http.pipeline import CALLER
from belvedere.http.routes import ROUTES

JSON_HEADERS = [(b"content-type", b"application/json")]


async def answer_of(request: RouteRequest, caller: Caller) -> Any:
    """The answer as plain data. Raises what the route refuses the request with."""
    endpoint = endpoint_of(module_of(request))
    require_role(caller, *endpoint.roles_of(request.method, request.path))
    capture, body = Capture(), b"" if request.body is None else orjson.dumps(request.body)
    scope = _scope(request, caller)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        endpoint.check_parameters(request.method, request.path, scope["query_string"].decode())
        with begin(scope):
            await endpoint.app(scope, receive, capture)
    except (BelvedereError, RequestValidationError) as error:
        raise refusal(error) from error
    return orjson.loads(capture.answer().body)


def module_of(request: RouteRequest) -> str:
    """The handler module of a route."""
    for route in ROUTES:
        if (route.method, route.path) == (request.method, request.path):
            return route.module
    raise LookupError(f"there is no route {request.method} {request.path}")


def _scope(request: RouteRequest, caller: Caller) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": request.method,
        "path": request.path, "raw_path": request.path.encode(), "root_path": "", "headers": JSON_HEADERS,
        "query_string": urlencode(_pairs(request.query)).encode(), "client": None, CALLER: caller,
    }  # fmt: skip


def _pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters as a query string has them: a list is its values one by one."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs += [(name, str(item).lower() if isinstance(item, bool) else str(item)) for item in values]
    return pairs
