"""WebSockets through the front door: both directions, both kinds, paths turned into channels."""


import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestServer

from infra.local.front_door import Upstream, front_door
from infra.local.ports import free_port
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


@pytest.mark.parametrize("deployed", [False, True], ids=["none deployed", "one that does not answer"])
async def test_no_websocket_api_is_a_503(client: ClientSession, deployed: bool) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    async with serving(front_door(Upstream(nobody, nobody if deployed else None))) as door:
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(door.make_url("/ws/metrics"))
        assert refused.value.status == 503
        async with client.get(door.make_url("/ws/metrics"), headers={"Upgrade": "websocket"}) as answer:
            assert (await answer.json())["code"] == "SERVICE_UNAVAILABLE"
