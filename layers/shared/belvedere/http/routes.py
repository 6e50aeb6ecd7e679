"""The one table of routes: what `template.yaml` deploys, `asgi` mounts and `ops.not_found` tells apart."""

import re
from typing import NamedTuple

from belvedere.http.route_table import TABLE


class Route(NamedTuple):
    """A method and a path (`{name}` for a part that varies), and the handler module that answers them.

    `greedy` says that the last part may have slashes in it, as ids that others give may.
    """

    method: str
    path: str
    module: str
    greedy: bool = False

    @property
    def deployed(self) -> str:
        """The path as API Gateway has it."""
        return self.path.removesuffix("}") + "+}" if self.greedy else self.path

    @classmethod
    def declared(cls, method: str, path: str, module: str) -> "Route":
        """The route of a row of the table."""
        return cls(method, path.replace("+}", "}"), module, greedy=path.endswith("+}"))


ROUTES = tuple(Route.declared(*row) for row in TABLE)
FALLBACK = "ops.not_found"


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\+?\})", path)
    return re.compile("".join(_varying(text) if text.startswith("{") else re.escape(text) for text in parts))


def _varying(text: str) -> str:
    return ".+" if text.endswith("+}") else "[^/]+"


_PATTERNS = tuple((_pattern(route.deployed), route) for route in ROUTES)


def routes_of(path: str) -> dict[str, Route]:
    """The routes of a path by method; empty when nobody knows the path."""
    return {route.method: route for pattern, route in _PATTERNS if pattern.fullmatch(path)}


def paths() -> list[str]:
    """Every path there is, once."""
    return sorted({route.path for route in ROUTES})
