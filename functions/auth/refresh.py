"""POST /auth/refresh: a new pair of tokens for a refresh token, or for a user name and password."""

from typing import Annotated

from belvedere.auth.login import renew, sign_in
from belvedere.auth.requests import RefreshBody
from belvedere.endpoints.sign_in import REFRESH
from belvedere.http import Body, Endpoint, Request, Response, address_of
from belvedere.settings import settings

endpoint = Endpoint.of(REFRESH)


@endpoint.post()
async def refresh(request: Request, body: Annotated[RefreshBody, Body()]) -> Response:
    """The documented token, and the next refresh token; the one that was sent is good for nothing any more."""
    if body.refresh_token is not None:
        return endpoint.answer((await renew(body.refresh_token)).told())
    workspace = body.workspace or settings().login_workspace
    signed_in = await sign_in(workspace, str(body.username), str(body.password), await address_of(request))
    return endpoint.answer(signed_in.told())


handler = endpoint.handler
