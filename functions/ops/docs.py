"""GET /docs: the routes as a page to read and to try."""

from belvedere.http import Endpoint, Response
from belvedere.http.asgi import endpoint_of
from belvedere.http.docs_page import page
from belvedere.http.openapi import document

endpoint = Endpoint("ops.docs", scope=None, fresh_s=300)


@endpoint.get("/docs")
async def docs() -> Response:
    """Made of the OpenAPI document; it loads nothing from elsewhere."""
    return Response(page(document(endpoint_of)), media_type="text/html")


handler = endpoint.handler
