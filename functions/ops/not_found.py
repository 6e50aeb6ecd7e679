"""Answers what no route knows: the documented 404, or 405 with `Allow` for a known path (API Gateway's `$default`)."""

from belvedere.errors import MethodNotAllowed, NotFound
from belvedere.http import Endpoint, Request, Response
from belvedere.http.routes import paths, routes_of

endpoint = Endpoint("ops.not_found", scope=None)


@endpoint.fallback()
async def not_found(request: Request) -> Response:
    """Say what there is instead."""
    path, method = request.url.path, request.method
    allowed = ", ".join(sorted(routes_of(path)))
    if allowed:
        raise MethodNotAllowed(f"{path} takes {allowed}, not {method}", headers={"Allow": allowed}, path=path)
    raise NotFound(f"there is no {method} {path}", path=path, available_endpoints=paths())


handler = endpoint.handler
