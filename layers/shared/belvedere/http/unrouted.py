"""The documented answers to what no route takes: 404, or 405 with `Allow` for a known path."""

from collections.abc import Iterable
from typing import NoReturn

from starlette.types import Receive, Scope, Send

from belvedere.errors import MethodNotAllowed, NotFound
from belvedere.http.routes import paths

METHODS = "belvedere.methods"  # where a scope has the methods that its path takes


def refuse(method: str, path: str, methods: Iterable[str]) -> NoReturn:
    """Say what there is instead; whatever may be read may also be asked for its headers alone."""
    if known := set(methods):
        allowed = ", ".join(sorted(known | {"HEAD"} if "GET" in known else known))
        raise MethodNotAllowed(f"{path} takes {allowed}, not {method}", headers={"Allow": allowed}, path=path)
    raise NotFound(f"there is no {method} {path}", path=path, available_endpoints=paths())


async def unrouted(scope: Scope, _receive: Receive, _send: Send) -> None:
    """The same as an application."""
    refuse(scope["method"], scope["path"], scope.get(METHODS, ()))
