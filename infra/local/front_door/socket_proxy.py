"""Joins a browser's WebSocket to the stack's WebSocket API.

API Gateway routes messages, not paths, so the documented paths are turned into a channel here, as the edge does in
production, from one table.
"""

import asyncio
import functools
import json
import logging
import re
from collections.abc import Coroutine
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    TraceConfig,
    TraceRequestEndParams,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
    web,
)
from multidict import MultiDict

from infra.local.front_door.problems import problem
from infra.local.settings import ROOT

logger = logging.getLogger(__name__)

TABLE = ROOT / "infra" / "edge" / "channels.json"


@functools.cache
def channels() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The paths and their channels, from the one table; a group's name is written as JavaScript has it."""
    rows = json.loads(TABLE.read_text())
    return tuple((re.compile(row["path"].replace("(?<", "(?P<")), row["channel"]) for row in rows)


FORWARDED = ("Authorization", "X-API-Key", "Origin")
OF_REFUSALS = ("Retry-After", "WWW-Authenticate", "X-Request-ID", "X-RateLimit-Limit",
               "X-RateLimit-Remaining", "X-RateLimit-Reset")  # fmt: skip

Socket = web.WebSocketResponse | ClientWebSocketResponse


def wants_socket(request: web.Request) -> bool:
    """True for the opening handshake of a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def channel_of(path: str) -> dict[str, str]:
    """What a path says in the terms of the WebSocket API: a channel, and whose; nothing for a path of no channel."""
    for pattern, channel in channels():
        if match := pattern.fullmatch(path):
            return {"channel": channel, **match.groupdict()}
    return {}


async def join(request: web.Request, upstream: str, session: ClientSession) -> web.StreamResponse:
    """Both directions until either side closes; the upstream's own refusal, and 503 when there is no upstream.

    Nothing of the query is logged: a browser sends its key there.
    """
    query = MultiDict(request.query)
    query.update(channel_of(request.path))
    offered = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
    headers["X-Forwarded-Host"] = request.host
    url = f"{upstream}?{urlencode(list(query.items()))}" if query else upstream
    bodies: list[bytes] = []
    try:
        async with (
            _listening_to_refusals(session, bodies) as opener,
            opener.ws_connect(url, protocols=offered, headers=headers, max_msg_size=0) as theirs,
        ):
            ours = web.WebSocketResponse(protocols=[theirs.protocol] if theirs.protocol else [], max_msg_size=0)
            await ours.prepare(request)
            await _until_either_ends(_pump(ours, theirs), _pump(theirs, ours))
            await theirs.close(code=ours.close_code or 1000)
            await ours.close(code=theirs.close_code or 1000)
            return ours
    except WSServerHandshakeError as error:
        logger.info("WebSocket %s: refused with %s", request.path, error.status)
        return refused(error, b"".join(bodies))
    except (ClientError, TimeoutError) as error:  # by name only: their texts hold the whole address
        logger.warning("WebSocket %s: %s", request.path, type(error).__name__)
        return problem(503, "the WebSocket API does not answer")


def _listening_to_refusals(session: ClientSession, bodies: list[bytes]) -> ClientSession:
    """A session over the same connections that keeps what an opening is refused with; its error has no body."""

    async def ended(_: ClientSession, __: object, finished: TraceRequestEndParams) -> None:
        if finished.response.status != HTTPStatus.SWITCHING_PROTOCOLS:
            bodies.append(await finished.response.read())

    trace = TraceConfig()
    trace.on_request_end.append(ended)
    return ClientSession(
        connector=session.connector, connector_owner=False, trace_configs=[trace], timeout=session.timeout
    )


def refused(error: WSServerHandshakeError, body: bytes) -> web.Response:
    """The upstream's refusal as it came, or in the envelope where it brought none."""
    if not (envelope := _envelope(body)):
        return problem(error.status, "the WebSocket API refused this connection")
    headers = {name: error.headers[name] for name in OF_REFUSALS if error.headers and name in error.headers}
    return web.json_response(envelope, status=error.status, headers=headers)


def _envelope(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) and "code" in content else {}


async def _until_either_ends(*ways: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(way) for way in ways]
    _, unfinished = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(source: Socket, target: Socket) -> None:
    message: WSMessage
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)
