"""A page as an answer: its content security policy lets run the very scripts and styles that it was written with."""

import base64
import hashlib
import re
from collections.abc import Mapping

from starlette.responses import HTMLResponse

POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_ELEMENT = "<{0}>(.*?)</{0}>"


def html_answer(text: str, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A finished page. What is not in the text as it is now does not run, whoever brings it in."""
    policy = "; ".join([POLICY, *(f"{name}-src {_sources(name, text)}" for name in ("script", "style"))])
    return HTMLResponse(text, headers={**(headers or {}), "Content-Security-Policy": policy})


def _sources(element: str, text: str) -> str:
    """The hashes of a page's own elements of a kind, as a policy lists them."""
    bodies = re.findall(_ELEMENT.format(element), text, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode() for inner in bodies)
    return " ".join(f"'sha256-{digest}'" for digest in hashes) or "'none'"
