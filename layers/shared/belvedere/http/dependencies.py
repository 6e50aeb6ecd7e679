"""What an endpoint function may ask for in its signature."""

from typing import Annotated

from fastapi import Depends, Request

from belvedere.auth.caller import Caller
from belvedere.auth.viewer import viewer_address
from belvedere.http.pipeline import CALLER


async def _caller(request: Request) -> Caller:
    caller = request.scope.get(CALLER)
    if not isinstance(caller, Caller):
        raise RuntimeError("this endpoint was declared without a scope, so it has no caller")
    return caller


async def address_of(request: Request) -> str:
    """Where a request came from, as limits count it."""
    return await viewer_address(request.headers, request.client.host if request.client else "unknown")


CallerDep = Annotated[Caller, Depends(_caller)]
