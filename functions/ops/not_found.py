"""Answers what no route knows: the documented 404, or 405 with `Allow` for a known path (API Gateway's `$default`)."""

from belvedere.endpoints.operations import NOT_FOUND
from belvedere.http import Endpoint, Request, Response
from belvedere.http.routes import routes_of
from belvedere.http.unrouted import refuse

endpoint = Endpoint.of(NOT_FOUND)


@endpoint.fallback()
async def not_found(request: Request) -> Response:
    """Say what there is instead."""
    refuse(request.method, request.url.path, routes_of(request.url.path))


handler = endpoint.handler
