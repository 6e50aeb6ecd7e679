"""An upstream of our own behind the front door, both on real sockets of 127.0.0.1."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, ClientTimeout, WSMsgType, web
from aiohttp.test_utils import TestServer

from infra.local.front_door.server import READING, Upstream, front_door


class FakeApi:
    """Answers with what it was asked; its stream sends its second event only when told to."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.abandoned = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_get("/api/stream", self.stream)
        app.router.add_get("/api/broken", self.broken)
        app.router.add_get("/api/dashboard/stream", self.held)
        app.router.add_get("/api/redirect", self.redirect)
        app.router.add_get("/api/failed/{status}", self.failed)
        app.router.add_get("/socket", self.socket)
        app.router.add_route("*", "/api/{rest:.*}", self.echo)
        app.router.add_get("/belvedere-exportbucket-1/{rest:.*}", self.echo)  # a file of the emulator's S3
        return app

    async def echo(self, request: web.Request) -> web.Response:
        told = {
            "method": request.method,
            "raw_path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode("latin-1"),
        }
        headers = {"X-Request-ID": "r-1", "X-Read-Units": "1.5", "Keep-Alive": "timeout=9"}
        answer = web.json_response(told, status=418, headers=headers)
        answer.headers.add("Set-Cookie", "a=1")
        answer.headers.add("Set-Cookie", "b=2")
        return answer

    async def failed(self, request: web.Request) -> web.Response:
        """What a gateway says in a function's place, or a function itself."""
        headers = {"X-Request-ID": "r-1"} if "function" in request.query else None
        return web.json_response({"message": request.query["said"]}, status=int(request.match_info["status"]),
                                 headers=headers)  # fmt: skip

    async def redirect(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/elsewhere")

    async def held(self, request: web.Request) -> web.Response:
        """A function that refuses at once, or answers when told to: events, or that it failed."""
        if "refused" in request.query:
            return web.json_response({"code": "UNAUTHORIZED"}, status=401, headers={"X-Request-ID": "r-1"})
        await self.go_on.wait()
        if "fails" in request.query:
            return web.json_response({"code": "DATABASE_ERROR"}, status=503)
        answer = web.Response(text="id: 1\ndata: {}\n\n", content_type="text/event-stream")
        answer.enable_compression()  # where the client takes it, as a function does
        return answer

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await response.write(b"data: first\n\n")
            await self.go_on.wait()
            await response.write(b"data: second\n\n")
        except asyncio.CancelledError:
            self.abandoned.set()
            raise
        return response

    async def broken(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half of it")
        assert request.transport is not None
        request.transport.close()
        return response

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if status := request.query.get("refuse"):
            told = {"error": "No", "detail": "and why", "code": "NO", "timestamp": "", "request_id": "r-1"}
            headers = {"Retry-After": "7", "X-Request-ID": "r-1", "Set-Cookie": "a=1"}
            return web.json_response(told if "told" in request.query else None, status=int(status), headers=headers)
        socket = web.WebSocketResponse(protocols=["belvedere"])
        await socket.prepare(request)
        await socket.send_json({"query": dict(request.query), "key": request.headers.get("X-API-Key")})
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.data == "bye":
                await socket.close(code=4001)
            elif message.type is WSMsgType.TEXT:
                await socket.send_str(message.data[::-1])
            else:
                await socket.send_bytes(message.data[::-1])
        return socket


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[TestServer]:
    """A server that reads requests as the front door's process does; it too ends a request whose client has left."""
    server = TestServer(app)
    await server.start_server(**READING)
    try:
        yield server
    finally:
        await server.close()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which nobody listens, nor anybody can begin to."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
async def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def upstream(api: FakeApi) -> AsyncIterator[TestServer]:
    async with serving(api.application()) as server:
        yield server


@pytest.fixture
async def door(upstream: TestServer) -> AsyncIterator[TestServer]:
    """The front door before the fake API, with a WebSocket API deployed."""
    there = Upstream(str(upstream.make_url("/api")), str(upstream.make_url("/socket")))
    async with serving(front_door(there)) as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=200)) as session:
        yield session
