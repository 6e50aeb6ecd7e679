"""Handlers of `$connect`, `$default` and `$disconnect`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from belvedere.auth.access import WORKSPACE_NAMES, require_own, require_workspace
from belvedere.auth.caller import ANONYMOUS, DEMO_WORKSPACE, Caller, anonymous_allowed, authenticate
from belvedere.auth.credentials import presented_key
from belvedere.auth.viewer import counted_as, viewer_address
from belvedere.clock import iso
from belvedere.errors import Conflict, NotFound, Unauthorized
from belvedere.limits.limiter import count_request, limiter
from belvedere.limits.rules import RULES
from belvedere.realtime.channels import channels
from belvedere.realtime.connections import protocol
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.authorization import (
    Subscription,
    SubscriptionRequest,
    accept,
    authorize,
    known_channel,
    subscribe,
)
from belvedere.realtime.connections.protocol import ClientFrame
from belvedere.realtime.connections.sockets import SocketCall
from belvedere.realtime.connections.store import Connection, Connections, connection_index
from belvedere.realtime.connections.waiting import add_pending, clear_pending, forget_pending
from belvedere.realtime.push.lease import request_push
from belvedere.settings import settings
from belvedere.storage.attributes import Item
from belvedere.storage.client import dynamodb
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread


@dataclass(frozen=True, slots=True)
class Reply:
    """The frame that answers a message; `push`: more is to follow, a greeting or what was just subscribed to."""

    frame: Mapping[str, Any]
    push: bool = False


async def on_connect(call: SocketCall) -> Connection | None:
    """Let a connection in; None for one that will say who it is in its first message. Raises BelvedereError."""
    query = call.query
    request = SubscriptionRequest(
        channel=query.get("channel"),
        users=(query["user"],) if "user" in query else None,
        types=tuple(query["types"].split(",")) if query.get("types") else None,
        cursor=query.get("cursor"),
        workspaces=tuple(query[name] for name in WORKSPACE_NAMES if name in query),
    )
    public = known_channel(request.channel).public if request.channel is not None else False
    call.source_ip = await viewer_address(call.headers, call.source_ip)
    if presented_key(call.headers, call.query_string) is None and not (public and anonymous_allowed()):
        if settings().rate_limit_enabled:
            await count_request("websocket", *counted_as(None, call.source_ip))
        text = msgspec.json.encode(request).decode()
        await in_thread(lambda: add_pending(dynamodb(), settings().state_table, call.connection, text, call.now))
        return None
    caller = await authenticate(call.headers, call.query_string, "read", public=public)
    require_workspace(caller, call.query_string)
    return await _accept(call, caller, request)


async def on_message(call: SocketCall) -> Reply:
    """The answer to a message. Raises BelvedereError for one that cannot be taken; the connection stays."""
    row = await in_thread(lambda: connection_index(dynamodb(), settings().state_table, call.connection, call.now))
    if row is None:
        raise NotFound("this connection is not known any more; open a new one")
    if settings().rate_limit_enabled:
        await limiter().count(RULES["message"], str(row.get("workspace", DEMO_WORKSPACE)), call.connection)
    frame = protocol.parse_frame(call.body)
    if "workspace" not in row:
        return await _authenticate_first(call, frame, row)
    call.workspace = str(row["workspace"])
    state = tables(call.workspace).state
    connection = await in_thread(lambda: Connections(state).find(call.connection))
    if connection is None:
        raise NotFound("this connection is not known any more; open a new one")
    return await _answer(frame, connection, call.now)


async def on_disconnect(call: SocketCall) -> None:
    """Forget a connection; one that is unknown was forgotten already."""
    row = await in_thread(lambda: connection_index(dynamodb(), settings().state_table, call.connection, call.now))
    if row is None or "workspace" not in row:
        await in_thread(lambda: forget_pending(dynamodb(), settings().state_table, call.connection))
        return
    call.workspace = str(row["workspace"])
    connections = Connections(tables(call.workspace).state)
    connection = await in_thread(lambda: connections.find(call.connection))
    if connection is not None:
        await in_thread(lambda: connections.close(connection, channels()))


async def _accept(call: SocketCall, caller: Caller, request: SubscriptionRequest) -> Connection:
    """Raises RateLimited when a caller opens too many connections in a minute, or holds too many."""
    call.workspace = caller.workspace
    if settings().rate_limit_enabled:
        await count_request("websocket", *counted_as(caller, call.source_ip))
    held_by = f"ip:{call.source_ip}" if caller is ANONYMOUS else ""
    return await accept(caller, call.connection, request, tables(caller.workspace).state, call.now, held_by)


async def _authenticate_first(call: SocketCall, frame: ClientFrame, row: Item) -> Reply:
    """The first message of a connection that came without a key: it has to bring one."""
    caller, request = await _token_owner(frame), msgspec.json.decode(str(row["wish"]), type=SubscriptionRequest)
    require_own(caller, request.workspaces)
    await _accept(call, caller, request)
    await in_thread(lambda: clear_pending(dynamodb(), settings().state_table, call.connection))
    return Reply(protocol.answer("authenticated", frame), push=True)


async def _token_owner(frame: ClientFrame) -> Caller:
    """Whose token a message brings. Raises Unauthorized, and Forbidden for a key that may not read."""
    if frame.type != "auth" or not frame.token:
        raise Unauthorized('say who you are first: {"type": "auth", "token": "..."}')
    return await authenticate({"authorization": f"Bearer {frame.token}"}, "", "read")


async def _authenticate_again(frame: ClientFrame, connection: Connection) -> Mapping[str, Any]:
    """The answer to who was let in already and says who they are once more. Raises Conflict for somebody else."""
    if connection.anonymous:
        raise Conflict("auth: this connection was let in without a name; open another with the token")
    caller = await _token_owner(frame)
    if (caller.workspace, caller.user or caller.key_id, caller.stamp) != (
        connection.workspace, connection.holder, connection.stamp,
    ):  # fmt: skip
        raise Conflict("auth: this connection is not of this token's owner; open another with it")
    return protocol.answer("authenticated", frame)


async def _answer(frame: ClientFrame, connection: Connection, now: int) -> Reply:
    match frame.type:
        case "subscribe":
            return Reply(await _subscribe(frame, connection), push=True)
        case "unsubscribe":
            channel = known_channel(frame.channel or "").name
            audience = Audience(tables(connection.workspace).state, channel)
            await in_thread(lambda: audience.leave(connection.id))
            return Reply(protocol.answer("unsubscribed", frame, channel=channel))
        case "auth":
            return Reply(await _authenticate_again(frame, connection))
    return Reply(protocol.answer("pong", frame, timestamp=iso(now) if frame.sent is None else frame.sent))


async def _subscribe(frame: ClientFrame, connection: Connection) -> Mapping[str, Any]:
    named = Caller(connection.workspace, "read", connection.holder, connection.user, connection.role, connection.stamp)
    caller = ANONYMOUS if connection.anonymous else named
    if connection.anonymous and not known_channel(frame.channel or "").public:
        raise Unauthorized("channel: this one takes a key or a token; open a connection with one")
    request = SubscriptionRequest(frame.channel, frame.users, frame.types, frame.cursor)
    allowed = await authorize(caller, request, "filters.types")
    subscription = Subscription(str(frame.channel), allowed.packed(), frame.cursor or "")
    state = tables(connection.workspace).state
    await in_thread(lambda: subscribe(connection, subscription, state))
    await in_thread(lambda: request_push(state))
    users, types = (None if names is None else sorted(names) for names in (allowed.users, allowed.types))
    filters = {"user_id": users, "types": types}
    return protocol.answer("subscribed", frame, channel=frame.channel, filters=filters)
