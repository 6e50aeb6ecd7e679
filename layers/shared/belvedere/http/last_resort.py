"""The answer when even the pipeline failed: the envelope all the same, made of nothing that can fail again."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from belvedere.clock import now_ms
from belvedere.error_mapping import UNEXPECTED
from belvedere.errors import BelvedereError
from belvedere.http.answers import FinishedAnswer, encode
from belvedere.http.errors import envelope
from belvedere.http.exchange import request_id
from belvedere.observability import logger


class Guard:
    """The outermost application. Mangum would turn an exception into plain text, and hide it from the handler."""

    def __init__(self, app: ASGIApp, function: str) -> None:
        self._app = app
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            answer = last_answer(self._function, scope.get("aws.event"))
            if not started:
                await answer.send(send)


def last_answer(function: str, event: Any) -> FinishedAnswer:
    """Log the failure in hand and make the 500 for it."""
    identity = request_id(None, event if isinstance(event, Mapping) else None)
    logger().exception("request failed outside its endpoint", function=function, request_id=identity)
    body = encode(envelope(BelvedereError(UNEXPECTED), request_id=identity, at_ms=now_ms()))
    headers = {"content-type": "application/json", "x-request-id": identity, "cache-control": "no-store"}
    return FinishedAnswer(500, MutableHeaders(headers), body)


def last_resort(function: str, event: Any) -> dict[str, Any]:
    """The same answer in API Gateway's form, for events that no application could be asked about."""
    answer = last_answer(function, event)
    return {
        "statusCode": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body.decode(),
        "isBase64Encoded": False,
    }
