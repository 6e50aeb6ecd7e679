"""Authorizes subscriptions: which channels and users a caller may read, and how many connections it may hold."""

import msgspec

from belvedere.auth.caller import ANONYMOUS, Caller
from belvedere.auth.visibility import may_see_users, sees_self_only, visible_users
from belvedere.errors import Invalid, NotFound, RateLimited
from belvedere.realtime.changelog.cursor import parse
from belvedere.realtime.channel import Channel, ReaderFilter
from belvedere.realtime.channels import channels
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.store import CONNECTION_QUOTA, Connection, Connections
from belvedere.realtime.push.lease import request_push
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

EVERYBODY = frozenset({"all", "*"})


class SubscriptionRequest(msgspec.Struct, frozen=True):
    """What a client asks for: a channel, users (None: all it may read), types of message (None: all), and a cursor.

    `workspaces` are those that it named, which have to be its own.
    """

    channel: str | None = None
    users: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    cursor: str | None = None
    workspaces: tuple[str, ...] = ()


class Subscription(msgspec.Struct, frozen=True):
    """An authorized request: the channel, the packed `ReaderFilter` (`wanted`), and the cursor ("" for none)."""

    channel: str
    wanted: str
    cursor: str


def known_channel(name: str) -> Channel:
    """A channel by name. Raises NotFound naming those there are."""
    channel = channels().get(name)
    if channel is None:
        raise NotFound(f"channel: {name!r} is not one of {', '.join(channels()) or 'none yet'}")
    return channel


async def accept(
    caller: Caller, connection_id: str, request: SubscriptionRequest, state: WorkspaceTable, now: int, held_by: str = ""
) -> Connection:
    """Store a caller's new connection. Raises RateLimited over CONNECTION_QUOTA, and what `authorize` raises.

    `held_by` is who holds it where the caller is nobody in particular.
    """
    connections, holder = Connections(state), held_by or caller.user or caller.key_id
    text = ""
    if request.channel:
        allowed = await authorize(caller, request)
        subscription = Subscription(request.channel, allowed.packed(), request.cursor or "")
        text = msgspec.json.encode(subscription).decode()
    connection = Connection(connection_id, caller.workspace, holder, now, caller.user, caller.role, text, caller.stamp)
    await in_thread(lambda: connections.open(connection))
    held = await in_thread(lambda: connections.held(holder, now))  # counted with it, in case several come
    if held > CONNECTION_QUOTA:
        await in_thread(lambda: connections.close(connection, channels()))
        raise RateLimited(
            f"at most {CONNECTION_QUOTA} connections for each caller; close one",
            headers={"Retry-After": "60"}, retry_after=60, limit_type="websocket",
        )  # fmt: skip
    await in_thread(lambda: request_push(state))
    return connection


def subscribe(connection: Connection, subscription: Subscription, state: WorkspaceTable) -> None:
    """Add a connection to the audience of its channel, where the next push cycle serves it."""
    Audience(state, subscription.channel).join(
        connection, ReaderFilter.unpacked(subscription.wanted), subscription.cursor
    )


async def authorize(caller: Caller, request: SubscriptionRequest, types_field: str = "types") -> ReaderFilter:
    """The filter a request comes to. Raises NotFound, Forbidden, and Invalid (naming `types_field` of its types)."""
    channel = known_channel(request.channel or "")
    if request.cursor is not None:
        parse(request.cursor)
    return await authorize_filter(caller, channel, request, types_field)


async def authorize_filter(
    caller: Caller, channel: Channel, request: SubscriptionRequest, types_field: str = "types"
) -> ReaderFilter:
    """What of a request this caller may read: about whom they may see, and for who sees only themselves that alone.

    The anonymous who ask about a person, as the contract's samples do, read what is about nobody.
    """
    types = None if request.types is None else frozenset(request.types)
    if types and not types <= set(channel.types):
        raise Invalid(f"{types_field}: {channel.name} has {', '.join(channel.types)}")
    users = None if request.users is None or EVERYBODY.intersection(request.users) else frozenset(request.users)
    if sees_self_only(caller):
        await may_see_users(caller, users or ())
        return ReaderFilter(frozenset({str(caller.user)}), board=False, types=types)
    anonymous = caller.user is None and caller.role == ANONYMOUS.role
    if anonymous and channel.named:
        return ReaderFilter(users, types=types)
    if users is not None and users != {caller.user} and not anonymous:
        await may_see_users(caller, users)
        return ReaderFilter(users, types=types)
    return ReaderFilter(await visible_users(caller), types=types)
