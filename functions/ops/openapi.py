"""GET /openapi.json: the OpenAPI document of every route of every function."""

from belvedere.http import Endpoint, Response
from belvedere.http.asgi import endpoint_of
from belvedere.http.openapi import document

endpoint = Endpoint("ops.openapi", scope=None, fresh_s=300)


@endpoint.get("/openapi.json")
async def openapi() -> Response:
    """Put together from what each endpoint says of itself."""
    return endpoint.answer(document(endpoint_of))


handler = endpoint.handler
