"""Hands a request to the pipeline of its route, where one endpoint serves several methods and paths.

FastAPI is asked itself which of its routes it will choose, so that the scope that is demanded, and the name under which
a request is logged and counted, are always those of the function that answers it.
"""

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class Fork:
    """Applications by route, in the order in which they were declared."""

    def __init__(self) -> None:
        self._branches: list[tuple[BaseRoute, ASGIApp]] = []

    def add(self, route: BaseRoute, app: ASGIApp) -> None:
        """Send what this route matches to an application."""
        self._branches.append((route, app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._of(scope)(scope, receive, send)

    def _of(self, scope: Scope) -> ASGIApp:
        """The application of a request; the first one where no route matches, which then says so."""
        if len(self._branches) > 1:
            for route, app in self._branches:
                if route.matches(scope)[0] is Match.FULL:
                    return app
        return self._branches[0][1]
