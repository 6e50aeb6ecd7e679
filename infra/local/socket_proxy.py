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
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMessage, WSMsgType, web
from multidict import MultiDict

from infra.local.problems import problem
from infra.local.settings import ROOT

logger = logging.getLogger(__name__)

TABLE = ROOT / "infra" / "edge" / "channels.json"


@functools.cache
def channels() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The paths and their channels, from the one table; a group's name is written as JavaScript has it."""
    rows = json.loads(TABLE.read_text())
    return tuple((re.compile(row["path"].replace("(?<", "(?P<")), row["channel"]) for row in rows)


FORWARDED = ("Authorization", "X-API-Key", "Origin")

Socket = web.WebSocketResponse | ClientWebSocketResponse


def wants_socket(request: web.Request) -> bool:
    """True for the opening handshake of a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def channel_of(path: str) -> dict[str, str]:
    """What a path says in the terms of the WebSocket API: a channel, and whose; nothing for a path of no channel."""
    for pattern, channel in channels():
        if found := pattern.fullmatch(path):
            return {"channel": channel, **found.groupdict()}
    return {}


async def join(request: web.Request, upstream: str, session: ClientSession) -> web.StreamResponse:
    """Both directions until either side closes; 503 in the envelope when the upstream cannot be opened."""
    query = MultiDict(request.query)
    query.update(channel_of(request.path))
    offered = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
    url = f"{upstream}?{urlencode(list(query.items()))}" if query else upstream
    try:
        async with session.ws_connect(url, protocols=offered, headers=headers, max_msg_size=0) as theirs:
            ours = web.WebSocketResponse(protocols=[theirs.protocol] if theirs.protocol else [], max_msg_size=0)
            await ours.prepare(request)
            await _until_either_ends(_pump(ours, theirs), _pump(theirs, ours))
            await theirs.close(code=ours.close_code or 1000)
            await ours.close(code=theirs.close_code or 1000)
            return ours
    except (ClientError, TimeoutError) as error:
        logger.warning("WebSocket %s: %s", request.path, error)
        return problem(503, "the WebSocket API does not answer")


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
