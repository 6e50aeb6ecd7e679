"""What a board declares to be told live: a channel, the messages it sends, and how they are made of changes.

A board's module of channels is named in its declaration (`Board.live`) and imported when first needed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from belvedere.realtime.changelog.log import LogEntry
from belvedere.storage.tables import Tables

NOBODY: frozenset[str] = frozenset()  # the `users` of who may see no names


@dataclass(frozen=True, slots=True)
class ReaderFilter:
    """Which of a channel's messages go to a reader: those about `users`, and those about nobody if `board`; of `types`.

    None is everybody, and every type.
    """

    users: frozenset[str] | None = None
    board: bool = True
    types: frozenset[str] | None = None

    def sees(self, user: str | None) -> bool:
        """Does what is about this user (None: about nobody) concern the reader?"""
        return self.board if user is None else self.users is None or user in self.users

    def knows(self, user: str | None) -> bool:
        """May the reader be told what may name whom this is about? Where nobody says (None), it could be anybody."""
        return self.users is None or user in self.users

    def packed(self) -> str:
        """As it is kept with a subscription."""
        users, types = (None if names is None else sorted(names) for names in (self.users, self.types))
        return orjson.dumps([users, self.board, types]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "ReaderFilter":
        """The inverse of `packed`."""
        users, board, types = orjson.loads(text)
        return cls(None if users is None else frozenset(users), board, None if types is None else frozenset(types))


Data = dict[str, Any]
Maker = Callable[[ReaderFilter], Awaitable[Data | None]]


def once(make: Callable[[], Awaitable[Data]]) -> Maker:
    """A maker of data that is the same for every reader: made for the first who takes it, and shared by all."""
    made: list[asyncio.Future[Data]] = []

    async def shared(_: ReaderFilter) -> Data:
        if not made:
            made.append(asyncio.ensure_future(make()))
        return await made[0]

    return shared


@dataclass(frozen=True, slots=True)
class Message:
    """One message before it is addressed: its type, its data, and the user it is about (None: nobody).

    `data` may be made when somebody wants it, for that reader; None then is nothing for this reader.
    """

    type: str
    data: Data | Maker
    user: str | None = None

    async def data_for(self, wanted: ReaderFilter) -> Data | None:
        """What a reader gets of it; None when it is not for this reader."""
        if wanted.types is not None and self.type not in wanted.types:
            return None
        if isinstance(self.data, dict):
            return self.data if wanted.sees(self.user) else None
        return await self.data(wanted) if self.user is None or wanted.sees(self.user) else None


@dataclass(frozen=True)
class Moment:
    """What a channel may look at while it makes messages: the workspace's tables, and the present (epoch ms)."""

    tables: Tables
    now: int


Render = Callable[[Moment, Sequence[LogEntry]], Awaitable[list[Message]]]
Snapshot = Callable[[Moment], Awaitable[list[Message]]]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One stream of messages.

    `render` makes the messages of a stretch of entries: how many, of what type and about whom depends on the entries
    alone, so that a stretch made again has the same messages in the same order. `snapshot` makes what a reader needs
    who has nothing yet. `interval_s` is the least time between two pushes. A `public` channel may be heard without a
    key where anonymous reading is allowed; what it tells of persons only if it is `named`, as by the board's routes.
    """

    name: str
    types: tuple[str, ...]
    render: Render
    snapshot: Snapshot
    interval_s: float = 1.0
    public: bool = False
    named: bool = False
