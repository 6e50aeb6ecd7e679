"""What the realtime functions do, put together from this process's tables, channels and clients."""

from typing import TYPE_CHECKING, Any

import msgspec

from belvedere.clock import now_ms
from belvedere.realtime.alerts.store import alert_evaluation
from belvedere.realtime.channel import Channel, Moment
from belvedere.realtime.channels import channels
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.ending import AUTH_TIMED_OUT, Ending, lapsed
from belvedere.realtime.connections.lifecycle import ConnectionLifecycle
from belvedere.realtime.connections.waiting import forget_pending, pending_auth
from belvedere.realtime.push.deliver import Delivery
from belvedere.realtime.push.frame_sender import FrameSender, Split
from belvedere.realtime.push.lease import pushing
from belvedere.realtime.push.progress import PushReport
from belvedere.realtime.push.push import Push
from belvedere.realtime.push.reader import ChannelReader
from belvedere.settings import settings
from belvedere.storage.client import dynamodb, lambda_, lambda_answering, sockets
from belvedere.storage.tables import tables

if TYPE_CHECKING:
    from belvedere.storage.connections_api import ConnectionsApi

DELIVERY_S = 29.0  # the function ends at 28 s


def start_push(workspace: str, function: str | None = None) -> None:
    """Start the push beside the work in hand, if none is at work: one that is looks again before it ends.

    `function` is given by the push itself, whose own name is in no setting. What it is to tell is in the tables: a lost
    start loses nothing.
    """
    name = function or settings().push_function
    if name and not pushing(tables(workspace).state, now_ms()):
        payload = msgspec.json.encode({"workspaces": [workspace]})
        lambda_().invoke(FunctionName=name, InvocationType="Event", Payload=payload)


async def run_push(workspace: str) -> PushReport:
    """Greet new connections and push to everybody, until there is nothing new."""
    own_tables, names = tables(workspace), tuple(channels())
    post = Split(frame_sender().send_all, delivered_elsewhere)
    lifecycle = ConnectionLifecycle(own_tables.state, names, post, now_ms, lapsed, ending().of)

    def delivery(channel: Channel) -> Delivery:
        reader = ChannelReader(channel, Moment(own_tables, now_ms()))
        return Delivery(Audience(own_tables.state, channel.name), reader, post, lifecycle.forget, lifecycle.give_up)

    return await Push(
        own_tables.state, tuple(channels().values()), delivery, alert_evaluation(own_tables, now_ms), lifecycle, now_ms
    ).run()


def frame_sender() -> FrameSender:
    """The way to this deployment's connections."""
    return FrameSender(_sockets().post)


def ending() -> Ending:
    """How connections of this deployment are ended."""
    return Ending(frame_sender().send_all, _sockets().end, now_ms)


def close_unauthenticated(now: int) -> int:
    """End the connections that have not said in time who they are; how many."""
    client, state = dynamodb(), settings().state_table
    late = pending_auth(client, state, now)
    if late:
        ending().of(late, AUTH_TIMED_OUT)
    for name in late:
        forget_pending(client, state, name)
    return len(late)


def _sockets() -> "ConnectionsApi":
    return sockets(settings().websocket_api_id, settings().websocket_stage)


def delivered_elsewhere(payload: dict[str, Any]) -> dict[str, Any]:
    """Have frames delivered by another invocation, and wait for what became of them."""
    name = settings().deliver_function
    answer = lambda_answering(DELIVERY_S).invoke(FunctionName=name, Payload=msgspec.json.encode(payload))
    results: dict[str, Any] = msgspec.json.decode(answer["Payload"].read())
    return results


def report_fields(report: PushReport) -> dict[str, Any]:
    """A report as plain data."""
    return msgspec.to_builtins(report)  # type: ignore[no-any-return]
