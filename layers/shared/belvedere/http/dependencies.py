"""What an endpoint function may ask for in its signature."""

from typing import Annotated

from fastapi import Depends, Request

from belvedere.auth.caller import Caller
from belvedere.http.pipeline import CALLER


async def _caller(request: Request) -> Caller:
    caller = request.scope.get(CALLER)
    if not isinstance(caller, Caller):
        raise RuntimeError("this endpoint was declared without a scope, so it has no caller")
    return caller


def address_of(request: Request) -> str:
    """Where a request came from, as the network and not a header says."""
    return request.client.host if request.client else "unknown"


CallerDep = Annotated[Caller, Depends(_caller)]
