"""WebSockets through the front door: both directions, both kinds, paths turned into channels."""

import pytest
from aiohttp import ClientSession, TCPConnector, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestServer

from infra.local.front_door.server import Upstream, front_door
from tests.integration.infra.conftest import serving


async def test_messages_pass_in_both_directions(client: ClientSession, door: TestServer) -> None:
    async with client.ws_connect(door.make_url("/ws/metrics")) as socket:
        await socket.receive_json()
        await socket.send_str("abc")
        assert await socket.receive_str() == "cba"
        await socket.send_bytes(b"\x00\x01")
        assert await socket.receive_bytes() == b"\x01\x00"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/dashboard/ws/ada%20l?token=t", {"channel": "learning", "user": "ada l", "token": "t"}),
        ("/ws/metrics?cursor=7", {"channel": "productivity.metrics", "cursor": "7"}),
        ("/api/v1/dashboard/realtime/metrics", {"channel": "workspaces"}),
        ("/somewhere/else?channel=x", {"channel": "x"}),
    ],
)
async def test_a_path_becomes_a_channel(
    client: ClientSession, door: TestServer, path: str, query: dict[str, str]
) -> None:
    async with client.ws_connect(str(door.make_url("")) + path, headers={"X-API-Key": "k"}) as socket:
        assert await socket.receive_json() == {"query": query, "key": "k"}


async def test_the_channel_of_a_path_cannot_be_overruled(client: ClientSession, door: TestServer) -> None:
    async with client.ws_connect(door.make_url("/ws/metrics").with_query(channel="other")) as socket:
        assert (await socket.receive_json())["query"] == {"channel": "productivity.metrics"}


async def test_the_subprotocol_is_agreed_with_the_upstream(client: ClientSession, door: TestServer) -> None:
    async with client.ws_connect(door.make_url("/ws/metrics"), protocols=["other", "belvedere"]) as socket:
        assert socket.protocol == "belvedere"


async def test_a_close_passes_with_its_code(client: ClientSession, door: TestServer) -> None:
    async with client.ws_connect(door.make_url("/ws/metrics")) as socket:
        await socket.receive_json()
        await socket.send_str("bye")
        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == 4001


HANDSHAKE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429])
async def test_a_refusal_passes_as_it_came(client: ClientSession, door: TestServer, status: int) -> None:
    url = door.make_url("/ws/metrics").with_query(refuse=status, told=1)
    async with client.get(url, headers=HANDSHAKE) as answer:
        told = await answer.json()
        assert (answer.status, told["code"], told["detail"]) == (status, "NO", "and why")
        assert (answer.headers["Retry-After"], answer.headers["X-Request-ID"]) == ("7", "r-1")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("status", "code"), [(401, "UNAUTHORIZED"), (403, "FORBIDDEN"), (429, "RATE_LIMIT_EXCEEDED"), (418, "BAD_REQUEST")]
)
async def test_a_refusal_without_words_gets_the_envelope(
    client: ClientSession, door: TestServer, status: int, code: str
) -> None:
    async with client.get(door.make_url("/ws/metrics").with_query(refuse=status), headers=HANDSHAKE) as answer:
        told = await answer.json()
        assert (answer.status, told["code"]) == (status, code)
        assert {"error", "detail", "timestamp", "request_id"} < told.keys()
        assert ("Retry-After" in answer.headers) == (status == 429)


async def test_no_key_is_ever_logged(
    client: ClientSession, door: TestServer, nowhere: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with serving(front_door(Upstream(nowhere, nowhere))) as broken:
        for place in (door, broken):
            with pytest.raises(WSServerHandshakeError):
                await client.ws_connect(place.make_url("/ws/metrics").with_query(token="bv_read_secret", refuse="401"))
            await client.get(place.make_url("/dashboard/stream").with_query(token="bv_read_secret"))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("infra")]
    assert len(ours) == 3
    assert not [line for line in ours if "bv_read_secret" in line]


async def test_more_sockets_than_a_pool_holds_are_open_at_once(door: TestServer) -> None:
    async with ClientSession(connector=TCPConnector(limit=0)) as many:
        sockets = [await many.ws_connect(door.make_url("/ws/metrics")) for _ in range(110)]
        await sockets[-1].receive_json()
        await sockets[-1].send_str("abc")
        assert await sockets[-1].receive_str() == "cba"
        for socket in sockets:
            await socket.close()


@pytest.mark.parametrize("deployed", [False, True], ids=["none deployed", "one that does not answer"])
async def test_no_websocket_api_is_a_503(client: ClientSession, nowhere: str, deployed: bool) -> None:
    async with serving(front_door(Upstream(nowhere, nowhere if deployed else None))) as door:
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(door.make_url("/ws/metrics"))
        assert refused.value.status == 503
        async with client.get(door.make_url("/ws/metrics"), headers={"Upgrade": "websocket"}) as answer:
            assert (await answer.json())["code"] == "SERVICE_UNAVAILABLE"
