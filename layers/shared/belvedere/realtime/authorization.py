"""Lets a caller in: who they are, what they may hear, and that they do not hold too many connections already."""

from functools import partial

import msgspec

from belvedere.auth.access import may_see_students, visible_classes
from belvedere.auth.caller import ANONYMOUS, Caller
from belvedere.auth.roles import SEE_ALL
from belvedere.directory.classes import get_class
from belvedere.errors import Invalid, NotFound, RateLimited
from belvedere.realtime.audience import Audience
from belvedere.realtime.channel import Channel, Wanted
from belvedere.realtime.channels import channels
from belvedere.realtime.connections import MOST_A_HOLDER, Connection, Connections
from belvedere.realtime.cursor import parse
from belvedere.realtime.lease import ask
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

EVERYBODY = frozenset({"all", "*"})


class Wish(msgspec.Struct, frozen=True):
    """What a client asks to hear: a channel, people (None: all it may), types of message (None: all), from where.

    `workspaces` are those that it named, which have to be its own.
    """

    channel: str | None = None
    users: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    cursor: str | None = None
    workspaces: tuple[str, ...] = ()


class Granted(msgspec.Struct, frozen=True):
    """A wish that was found to be allowed: the channel, what is wanted of it (packed), and the cursor ("" for none)."""

    channel: str
    wanted: str
    cursor: str


def known_channel(name: str) -> Channel:
    """A channel by name. Raises NotFound naming those there are."""
    found = channels().get(name)
    if found is None:
        raise NotFound(f"channel: {name!r} is not one of {', '.join(channels()) or 'none yet'}")
    return found


async def admit(
    caller: Caller, connection_id: str, wish: Wish, state: WorkspaceTable, now: int, held_by: str = ""
) -> Connection:
    """Write down a caller's new connection. Raises RateLimited over MOST_A_HOLDER, and what `granted` raises.

    `held_by` is who holds it where the caller is nobody in particular.
    """
    connections, holder = Connections(state), held_by or caller.user or caller.key_id
    asked = Granted(wish.channel, (await granted(caller, wish)).packed(), wish.cursor or "") if wish.channel else None
    text = msgspec.json.encode(asked).decode() if asked else ""
    connection = Connection(connection_id, caller.workspace, holder, now, caller.user, caller.role, text, caller.stamp)
    await in_thread(lambda: connections.open(connection))
    if await in_thread(lambda: connections.held(holder, now)) > MOST_A_HOLDER:  # counted with it, in case several come
        await in_thread(lambda: connections.close(connection, channels()))
        raise RateLimited(
            f"at most {MOST_A_HOLDER} connections for each caller; close one",
            headers={"Retry-After": "60"}, retry_after=60, limit_type="websocket",
        )  # fmt: skip
    await in_thread(lambda: ask(state))
    return connection


def seat(connection: Connection, asked: Granted, state: WorkspaceTable) -> None:
    """Put a connection into the audience it was granted, where the push's next round serves it."""
    Audience(state, asked.channel).join(connection, Wanted.unpacked(asked.wanted), asked.cursor)


async def granted(caller: Caller, wish: Wish, types_field: str = "types") -> Wanted:
    """What a wish comes to for this caller. Raises NotFound, Invalid (naming `types_field` of its types), Forbidden."""
    channel = known_channel(wish.channel or "")
    if wish.cursor is not None:
        parse(wish.cursor)
    return await heard(caller, channel, wish, types_field)


async def heard(caller: Caller, channel: Channel, wish: Wish, types_field: str = "types") -> Wanted:
    """What of a wish this caller may hear: a student themselves, an instructor their classes, a viewer no names.

    Somebody without a name who asks about a person, as the contract's samples do, hears what is about nobody.
    """
    types = None if wish.types is None else frozenset(wish.types)
    if types and not types <= set(channel.types):
        raise Invalid(f"{types_field}: {channel.name} has {', '.join(channel.types)}")
    users = None if wish.users is None or EVERYBODY.intersection(wish.users) else frozenset(wish.users)
    if caller.role == "student":
        await may_see_students(caller, users or ())
        return Wanted(frozenset({str(caller.user)}), board=False, types=types)
    nameless = caller.user is None and caller.role == ANONYMOUS.role
    if nameless and channel.named:
        return Wanted(users, types=types)
    if users is not None and users != {caller.user} and not nameless:
        await may_see_students(caller, users)
        return Wanted(users, types=types)
    return Wanted(await _visible(caller), types=types)


async def _visible(caller: Caller) -> frozenset[str] | None:
    """The people whose messages a caller hears without naming them; None for all."""
    if caller.role in SEE_ALL:
        return None
    own = await visible_classes(caller) or ()
    classes = [await in_thread(partial(get_class, caller.workspace, name)) for name in own]
    return frozenset(student for one in classes if one is not None for student in one.students)
