"""Route dispatch: hands a request to the pipeline of its route, where one endpoint serves several methods and paths.

FastAPI is asked itself which of its routes it will choose, so that the scope that is demanded, and the name under which
a request is logged and counted, are always those of the function that answers it. HEAD goes where GET goes.
"""

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from belvedere.http.unrouted import METHODS


class RouteDispatch:
    """Applications by route, in the order of their declaration; `otherwise` gets what no route takes."""

    def __init__(self, otherwise: ASGIApp) -> None:
        self._routes: list[tuple[BaseRoute, ASGIApp]] = []
        self._otherwise = otherwise

    def add(self, route: BaseRoute, app: ASGIApp) -> None:
        """Send what this route matches to an application."""
        self._routes.append((route, app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, methods = as_get(scope), set[str]()
        for route, app in self._routes:
            match route.matches(read)[0]:
                case Match.FULL:
                    return await app(scope, receive, send)
                case Match.PARTIAL:
                    methods |= getattr(route, "methods", set())
        return await self._otherwise({**scope, METHODS: methods}, receive, send)


def as_get(scope: Scope) -> Scope:
    """A HEAD request as the GET whose headers it asks for (RFC 9110, 9.3.2); any other as it is."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
