"""GET /docs and /redoc: the routes as a page to read."""

from starlette.responses import HTMLResponse

from belvedere.endpoints.operations import DOCS
from belvedere.http import Endpoint
from belvedere.http.asgi import endpoint_of
from belvedere.http.docs_page import page
from belvedere.http.html import html_answer
from belvedere.http.openapi import document

endpoint = Endpoint.of(DOCS)


@endpoint.get("/redoc", response_class=HTMLResponse)
@endpoint.get("/docs", response_class=HTMLResponse)
async def docs() -> HTMLResponse:
    """Made of the OpenAPI document; it loads nothing from elsewhere. Both paths have the same page."""
    return html_answer(page(document(endpoint_of)))


handler = endpoint.handler
