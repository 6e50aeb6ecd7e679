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


CallerDep = Annotated[Caller, Depends(_caller)]
