"""What API Gateway does with a refused WebSocket handshake.

MiniStack answers every opening that a `$connect` function refuses with a bare 403; API Gateway passes the function's
status on, and so does this.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway

Answer = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_answers: ContextVar[list[Answer] | None] = ContextVar("answers", default=None)  # of the functions of this connection


def pass_refusals_on() -> None:
    """Have a refused opening answered with the status, the headers and the body of the function that refused it."""
    invoke, handle = apigateway._invoke_ws_lambda, apigateway.handle_websocket

    async def invoked(*arguments: Any, **named: Any) -> Any:
        answer = await invoke(*arguments, **named)
        if (answers := _answers.get()) is not None and isinstance(answer, dict):
            answers[:] = [answer]
        return answer

    async def handled(scope: dict[str, Any], receive: Any, send: Send, *arguments: Any, **named: Any) -> None:
        answers: list[Answer] = []
        opened = False

        async def sent(message: dict[str, Any]) -> None:
            nonlocal opened
            opened = opened or message["type"] == "websocket.accept"
            if message["type"] == "websocket.close" and not opened and answers:
                await _refuse(send, answers[-1])
            else:
                await send(message)

        token = _answers.set(answers)
        try:
            await handle(scope, receive, sent, *arguments, **named)
        finally:
            _answers.reset(token)

    apigateway._invoke_ws_lambda, apigateway.handle_websocket = invoked, handled


async def _refuse(send: Send, answer: Answer) -> None:
    headers = {"content-type": "application/json", **(answer.get("headers") or {})}
    wired = [(name.lower().encode(), str(value).encode()) for name, value in headers.items()]
    status = int(answer.get("statusCode", 500))
    await send({"type": "websocket.http.response.start", "status": status, "headers": wired})
    await send({"type": "websocket.http.response.body", "body": str(answer.get("body") or "").encode()})
