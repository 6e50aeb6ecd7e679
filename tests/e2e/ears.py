"""Somebody who listens to the deployed stack: over a WebSocket, and as an EventSource does."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.worlds.site import PATIENCE_S, Site

Json = dict[str, Any]


@dataclass
class Ear:
    """An open WebSocket, and every frame that came over it."""

    socket: aiohttp.ClientWebSocketResponse
    frames: list[Json] = field(default_factory=list)

    async def says(self, frame: Any) -> None:
        """Send a frame: text as it is, anything else as JSON."""
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def until(self, heard: Callable[[Json], bool]) -> Json:
        """The first frame, of those that came or will come, for which this is so."""
        ends, looked = time.monotonic() + PATIENCE_S, 0
        while True:
            for frame in self.frames[looked:]:
                looked += 1
                if heard(frame):
                    return frame
            assert time.monotonic() < ends, f"not heard: {self.frames}"
            await self._hear()

    async def first(self, kind: str, **fields: Any) -> Json:
        """The first frame of a type with these fields."""
        wanted = {"type": kind, **fields}
        return await self.until(lambda frame: wanted.items() <= frame.items())

    async def ended(self) -> None:
        """Wait until the other side has closed the connection."""
        while not self.socket.closed:
            await self.socket.receive(timeout=PATIENCE_S)

    def changes(self) -> list[str]:
        """The ids of the events it was told of, in order."""
        updates = [frame["data"] for frame in self.frames if frame["type"] == "metrics_update"]
        return [one["id"] for data in updates for one in data["changes"]]

    def cursor(self) -> str:
        """The cursor to come back with."""
        return str(next(frame["cursor"] for frame in reversed(self.frames) if "cursor" in frame))

    async def _hear(self) -> None:
        message = await self.socket.receive(timeout=PATIENCE_S)
        assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {self.socket.close_code}"
        self.frames.append(json.loads(message.data))


@asynccontextmanager
async def listening(site: Site, path: str, key: str | None, **asked: str) -> AsyncIterator[Ear]:
    """A WebSocket at a documented path; raises aiohttp.WSServerHandshakeError when it is refused."""
    url = f"{site.stack.url.replace('http', 'ws', 1)}{path}"
    query = asked | ({"token": key} if key else {})
    async with aiohttp.ClientSession() as session, session.ws_connect(url, params=query) as socket:
        yield Ear(socket)


HANDSHAKE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


async def refusal(site: Site, path: str, key: str, **asked: str) -> tuple[int, Json]:
    """The status and the body with which the opening of a WebSocket is refused."""
    query = asked | {"token": key}
    async with (
        aiohttp.ClientSession(headers=HANDSHAKE) as session,
        session.get(f"{site.stack.url}{path}", params=query) as answer,
    ):
        return answer.status, dict(await answer.json())


async def event_source(
    site: Site, path: str, key: str, since: str, enough: Callable[[list[Json]], bool], *, in_query: bool = False
) -> list[Json]:
    """What an EventSource gets that asks again and again with the id of its last event, until it is enough.

    The key goes in a header, or `in_query`, as a browser has to send it.
    """
    told: list[Json] = []
    ends = time.monotonic() + PATIENCE_S
    path = f"{quote(path)}?token={key}" if in_query else quote(path)
    async with aiohttp.ClientSession(headers={} if in_query else {"X-API-Key": key}) as session:
        while not enough(told):
            assert time.monotonic() < ends, told
            headers = {"Last-Event-ID": since} if since else {}
            async with session.get(f"{site.stack.url}{path}", headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                blocks = (await answer.text()).rstrip("\n").split("\n\n")
            for block in blocks:
                if not block.startswith("event: "):  # a comment, or how long to wait before asking again
                    continue
                fields = dict(line.split(": ", 1) for line in block.split("\n"))
                since = fields["id"]
                told.append({"event": fields["event"], "id": since, "data": json.loads(fields["data"])})
    return told
