"""GET /: what this is and where to go on, as JSON, and as the start page for whoever asks for HTML. Needs no key."""

import functools
from pathlib import Path

from belvedere.boards.productivity import BOARD
from belvedere.boards.productivity.endpoints import ROOT
from belvedere.http import Endpoint, Request, Response
from belvedere.http.html import html_answer
from belvedere.version import VERSION

endpoint = Endpoint.of(ROOT, headers=BOARD.headers)
ABOUT = {"message": "Belvedere API", "version": VERSION, "docs": "/docs", "health": "/health", "status": "running"}
PAGE = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
BY_ACCEPT = {"Vary": "Accept"}


@endpoint.get(responses=PAGE)
async def root(request: Request) -> Response:
    """Browsers name `text/html` in Accept and get the page; everybody else gets JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return html_answer(start_page(), BY_ACCEPT)
    return endpoint.answer(ABOUT, headers=BY_ACCEPT)


@functools.cache
def start_page() -> str:
    """The page, which loads nothing from elsewhere."""
    return Path(__file__).with_name("start_page.html").read_text()


handler = endpoint.handler
