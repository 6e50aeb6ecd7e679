"""What the realtime functions do, put together from this process's tables, channels and clients."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from belvedere.boards.registry import channels
from belvedere.clock import now_ms
from belvedere.query.read import in_thread
from belvedere.realtime.audience import Audience
from belvedere.realtime.channel import Channel, Moment
from belvedere.realtime.connections import Connections
from belvedere.realtime.deliver import Delivery
from belvedere.realtime.greet import greet
from belvedere.realtime.post import Post
from belvedere.realtime.push import Push, Pushed
from belvedere.realtime.reader import ChannelReader
from belvedere.realtime.split import Split
from belvedere.realtime.watching import watching
from belvedere.settings import settings
from belvedere.storage.client import lambda_, sockets
from belvedere.storage.tables import Tables, tables


def start_push(workspace: str, greeted: Sequence[str] = ()) -> None:
    """Start the push beside the work in hand. What it is to tell is in the tables: a lost start loses nothing."""
    if name := settings().push_function:
        payload = msgspec.json.encode({"workspaces": [workspace], "greet": greeted})
        lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=payload)


async def pushed(workspace: str, greeted: Sequence[str] = ()) -> Pushed:
    """Greet new connections, then push to everybody until there is nothing new."""
    mine, post = tables(workspace), posting()
    await asyncio.gather(*(in_thread(partial(_greet, name, mine, post)) for name in greeted))

    def delivery(channel: Channel) -> Delivery:
        forget = partial(forgotten, mine)
        reader = ChannelReader(channel, Moment(mine, now_ms()))
        return Delivery(Audience(mine.state, channel.name), reader, Split(post.all, delivered_elsewhere), forget)

    return await Push(mine.state, tuple(channels().values()), delivery, watching(mine, now_ms), now_ms).run()


def posting() -> Post:
    """The way to this deployment's connections."""
    return Post(sockets(settings().websocket_api_id, settings().websocket_stage))


def delivered_elsewhere(payload: dict[str, Any]) -> dict[str, Any]:
    """Have letters delivered by another invocation, and wait for what became of them."""
    name = settings().deliver_function
    answer = lambda_().invoke(FunctionName=name, Payload=msgspec.json.encode(payload))
    found: dict[str, Any] = msgspec.json.decode(answer["Payload"].read())
    return found


def forgotten(mine: Tables, connection_id: str) -> None:
    """Forget a connection that is gone."""
    connections = Connections(mine.state)
    if connection := connections.find(connection_id):
        connections.close(connection, channels())


def _greet(connection_id: str, mine: Tables, post: Post) -> None:
    connection = Connections(mine.state).find(connection_id)
    if connection is None or connection.wish is None:  # gone, or greeted already
        return
    if not greet(connection, mine.state, post, now_ms()):
        forgotten(mine, connection_id)


def told(report: Pushed) -> dict[str, Any]:
    """A report as plain data."""
    return msgspec.to_builtins(report)  # type: ignore[no-any-return]
