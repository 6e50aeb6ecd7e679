"""A connection's life as API Gateway tells it: opened, a message, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from belvedere.auth.access import WORKSPACE_NAMES, require_own, require_workspace
from belvedere.auth.caller import ANONYMOUS, DEMO_WORKSPACE, Caller, anonymous_allowed, authenticate
from belvedere.auth.credentials import presented_key
from belvedere.auth.viewer import viewer_address
from belvedere.clock import iso
from belvedere.errors import Conflict, NotFound, Unauthorized
from belvedere.limits.limiter import count_request, limiter
from belvedere.limits.rules import RULES
from belvedere.realtime import protocol
from belvedere.realtime.audience import Audience
from belvedere.realtime.authorization import Granted, Wish, admit, granted, known_channel, seat
from belvedere.realtime.channels import channels
from belvedere.realtime.connections import (
    Connection,
    Connections,
    doorplate,
    forget_nameless,
    named,
    wait_for_name,
)
from belvedere.realtime.lease import ask
from belvedere.realtime.protocol import Said
from belvedere.realtime.sockets import Call
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


async def opened(call: Call) -> Connection | None:
    """Let a connection in; None for one that will say who it is in its first message. Raises BelvedereError."""
    query = call.query
    wish = Wish(
        channel=query.get("channel"),
        users=(query["user"],) if "user" in query else None,
        types=tuple(query["types"].split(",")) if query.get("types") else None,
        cursor=query.get("cursor"),
        workspaces=tuple(query[name] for name in WORKSPACE_NAMES if name in query),
    )
    public = known_channel(wish.channel).public if wish.channel is not None else False
    call.source_ip = await viewer_address(call.headers, call.source_ip)
    if presented_key(call.headers, call.query_string) is None and not (public and anonymous_allowed()):
        if settings().rate_limit_enabled:
            await count_request("websocket", None, call.source_ip)
        text = msgspec.json.encode(wish).decode()
        await in_thread(lambda: wait_for_name(dynamodb(), settings().state_table, call.connection, text, call.now))
        return None
    caller = await authenticate(call.headers, call.query_string, "read", public=public)
    require_workspace(caller, call.query_string)
    return await _let_in(call, caller, wish)


async def heard(call: Call) -> Reply:
    """The answer to a message. Raises BelvedereError for one that cannot be taken; the connection stays."""
    known = await in_thread(lambda: doorplate(dynamodb(), settings().state_table, call.connection, call.now))
    if known is None:
        raise NotFound("this connection is not known any more; open a new one")
    if settings().rate_limit_enabled:
        await limiter().count(RULES["message"], str(known.get("workspace", DEMO_WORKSPACE)), call.connection)
    frame = protocol.said(call.body)
    if "workspace" not in known:
        return await _introduced(call, frame, known)
    call.workspace = str(known["workspace"])
    state = tables(call.workspace).state
    connection = await in_thread(lambda: Connections(state).find(call.connection))
    if connection is None:
        raise NotFound("this connection is not known any more; open a new one")
    return await _answer(frame, connection, call.now)


async def closed(call: Call) -> None:
    """Forget a connection; one that is unknown was forgotten already."""
    known = await in_thread(lambda: doorplate(dynamodb(), settings().state_table, call.connection, call.now))
    if known is None or "workspace" not in known:
        await in_thread(lambda: forget_nameless(dynamodb(), settings().state_table, call.connection))
        return
    call.workspace = str(known["workspace"])
    connections = Connections(tables(call.workspace).state)
    connection = await in_thread(lambda: connections.find(call.connection))
    if connection is not None:
        await in_thread(lambda: connections.close(connection, channels()))


async def _let_in(call: Call, caller: Caller, wish: Wish) -> Connection:
    """Raises RateLimited when a caller opens too many connections in a minute, or holds too many."""
    call.workspace = caller.workspace
    if settings().rate_limit_enabled:
        await count_request("websocket", caller, call.source_ip)
    held_by = f"ip:{call.source_ip}" if caller is ANONYMOUS else ""
    return await admit(caller, call.connection, wish, tables(caller.workspace).state, call.now, held_by)


async def _introduced(call: Call, frame: Said, known: Item) -> Reply:
    """The first message of a connection that came without a key: it has to bring one."""
    caller, wish = await _owner(frame), msgspec.json.decode(str(known["wish"]), type=Wish)
    require_own(caller, wish.workspaces)
    await _let_in(call, caller, wish)
    await in_thread(lambda: named(dynamodb(), settings().state_table, call.connection))
    return Reply(protocol.answer("authenticated", frame), push=True)


async def _owner(frame: Said) -> Caller:
    """Whose token a message brings. Raises Unauthorized, and Forbidden for a key that may not read."""
    if frame.type != "auth" or not frame.token:
        raise Unauthorized('say who you are first: {"type": "auth", "token": "..."}')
    return await authenticate({"authorization": f"Bearer {frame.token}"}, "", "read")


async def _named_again(frame: Said, connection: Connection) -> Mapping[str, Any]:
    """The answer to who was let in already and says who they are once more. Raises Conflict for somebody else."""
    if connection.anonymous:
        raise Conflict("auth: this connection was let in without a name; open another with the token")
    caller = await _owner(frame)
    if (caller.workspace, caller.user or caller.key_id, caller.stamp) != (
        connection.workspace, connection.holder, connection.stamp,
    ):  # fmt: skip
        raise Conflict("auth: this connection is not of this token's owner; open another with it")
    return protocol.answer("authenticated", frame)


async def _answer(frame: Said, connection: Connection, now: int) -> Reply:
    match frame.type:
        case "subscribe":
            return Reply(await _subscribe(frame, connection), push=True)
        case "unsubscribe":
            channel = known_channel(frame.channel or "").name
            audience = Audience(tables(connection.workspace).state, channel)
            await in_thread(lambda: audience.leave(connection.id))
            return Reply(protocol.answer("unsubscribed", frame, channel=channel))
        case "auth":
            return Reply(await _named_again(frame, connection))
    return Reply(protocol.answer("pong", frame, timestamp=iso(now) if frame.sent is None else frame.sent))


async def _subscribe(frame: Said, connection: Connection) -> Mapping[str, Any]:
    named = Caller(connection.workspace, "read", connection.holder, connection.user, connection.role, connection.stamp)
    caller = ANONYMOUS if connection.anonymous else named
    if connection.anonymous and not known_channel(frame.channel or "").public:
        raise Unauthorized("channel: this one takes a key or a token; open a connection with one")
    wanted = await granted(caller, Wish(frame.channel, frame.users, frame.types, frame.cursor), "filters.types")
    asked, state = Granted(str(frame.channel), wanted.packed(), frame.cursor or ""), tables(connection.workspace).state
    await in_thread(lambda: seat(connection, asked, state))
    await in_thread(lambda: ask(state))
    users, types = (None if part is None else sorted(part) for part in (wanted.users, wanted.types))
    filters = {"user_id": users, "types": types}
    return protocol.answer("subscribed", frame, channel=frame.channel, filters=filters)
