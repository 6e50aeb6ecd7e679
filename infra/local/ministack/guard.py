"""Refuses web pages at the emulator's own port, where every secret of the local stack can be read.

What the front door passes on says so in `X-Forwarded-Host`; its origin was looked at there. No page can send that
header to another origin without asking first whether it may, and it may not.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from infra.local.origins import refusal

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
FORWARDED = "x-forwarded-host"


def refuse_foreign(inner: Application) -> Application:
    """The application for programs and for the front door."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        why = _why_not(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(send, why)

    return application


def _why_not(scope: dict[str, Any]) -> str | None:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if FORWARDED in headers:
        headers = {"host": headers.get("host", "")}
    return refusal(headers)


async def _refuse(send: Any, why: str) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"message": why}).encode()})
