"""POST /auth/token: an access token and a refresh token for a user name and password."""

from typing import Annotated

from belvedere.auth.login import sign_in
from belvedere.auth.requests import TokenBody
from belvedere.endpoints.sign_in import TOKEN
from belvedere.http import Body, Endpoint, Request, Response, address_of
from belvedere.settings import settings

endpoint = Endpoint.of(TOKEN)


@endpoint.post()
async def token(request: Request, body: Annotated[TokenBody, Body()]) -> Response:
    """The documented token, and a refresh token beside it; 401 in the same words for whatever was wrong."""
    workspace = body.workspace or settings().login_workspace
    signed_in = await sign_in(workspace, body.username, body.password, await address_of(request))
    return endpoint.answer(signed_in.told())


handler = endpoint.handler
