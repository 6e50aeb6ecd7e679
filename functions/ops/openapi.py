"""GET /openapi.json: the OpenAPI document of every route of every function."""

from belvedere.endpoints.operations import OPENAPI
from belvedere.http import Endpoint, Response
from belvedere.http.asgi import endpoint_of
from belvedere.http.openapi import document

endpoint = Endpoint.of(OPENAPI)


@endpoint.get()
async def openapi() -> Response:
    """Put together from what each endpoint says of itself."""
    return endpoint.answer(document(endpoint_of))


handler = endpoint.handler
