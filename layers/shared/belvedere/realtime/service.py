"""What the realtime functions do, put together from this process's tables, channels and clients."""

from typing import Any

import msgspec

from belvedere.boards.registry import channels
from belvedere.clock import now_ms
from belvedere.realtime.audience import Audience
from belvedere.realtime.channel import Channel, Moment
from belvedere.realtime.deliver import Delivery
from belvedere.realtime.doorkeeper import Doorkeeper
from belvedere.realtime.lease import pushing
from belvedere.realtime.post import Post
from belvedere.realtime.push import Push, Pushed
from belvedere.realtime.reader import ChannelReader
from belvedere.realtime.split import Split
from belvedere.realtime.watching import watching
from belvedere.settings import settings
from belvedere.storage.client import lambda_, sockets
from belvedere.storage.tables import tables


def start_push(workspace: str) -> None:
    """Start the push beside the work in hand, if none is at work: one that is looks again before it ends.

    What it is to tell is in the tables: a lost start loses nothing.
    """
    name = settings().push_function
    if name and not pushing(tables(workspace).state, now_ms()):
        payload = msgspec.json.encode({"workspaces": [workspace]})
        lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=payload)


async def pushed(workspace: str) -> Pushed:
    """Greet new connections and push to everybody, until there is nothing new."""
    mine, names = tables(workspace), tuple(channels())
    post = Split(posting().all, delivered_elsewhere)
    door = Doorkeeper(mine.state, names, post, now_ms)

    def delivery(channel: Channel) -> Delivery:
        reader = ChannelReader(channel, Moment(mine, now_ms()))
        return Delivery(Audience(mine.state, channel.name), reader, post, door.forget)

    return await Push(mine.state, tuple(channels().values()), delivery, watching(mine, now_ms), door, now_ms).run()


def posting() -> Post:
    """The way to this deployment's connections."""
    return Post(sockets(settings().websocket_api_id, settings().websocket_stage).post)


def delivered_elsewhere(payload: dict[str, Any]) -> dict[str, Any]:
    """Have letters delivered by another invocation, and wait for what became of them."""
    name = settings().deliver_function
    answer = lambda_().invoke(FunctionName=name, Payload=msgspec.json.encode(payload))
    found: dict[str, Any] = msgspec.json.decode(answer["Payload"].read())
    return found


def told(report: Pushed) -> dict[str, Any]:
    """A report as plain data."""
    return msgspec.to_builtins(report)  # type: ignore[no-any-return]
