"""A workspace with a change log, clients that remember what reached them, and pushes whenever a test wants one."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec

from belvedere.clock import now_ms
from belvedere.realtime.changelog.log import LogEntry, append, read_head
from belvedere.realtime.channel import Channel, Message, Moment, ReaderFilter
from belvedere.realtime.connections.audience import Audience
from belvedere.realtime.connections.authorization import Subscription
from belvedere.realtime.connections.ending import Ending
from belvedere.realtime.connections.lifecycle import ConnectionLifecycle
from belvedere.realtime.connections.store import Connection, Connections
from belvedere.realtime.push.deliver import Delivery
from belvedere.realtime.push.frame_sender import SendOutcome, SendResult
from belvedere.realtime.push.lease import request_push
from belvedere.realtime.push.progress import PushReport
from belvedere.realtime.push.push import Push
from belvedere.realtime.push.reader import ChannelReader
from belvedere.storage.tables import Tables
from belvedere.storage.tables import tables as tables_of


async def render(_: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Two messages an entry: one about somebody, one for everybody."""
    return [
        message
        for entry in entries
        for message in (Message("about", {"n": entry.body["n"]}, "ada"), Message("news", {"n": entry.body["n"]}))
    ]


async def snapshot(_: Moment) -> list[Message]:
    return [Message("state", {})]


async def no_alerts(_: Sequence[LogEntry]) -> int:
    return 0


CHANNEL = Channel(name="test", types=("about", "news", "state"), render=render, snapshot=snapshot, interval_s=0.0)


@dataclass
class Room:
    """One workspace; `deaf` connections get nothing, `gone` ones are closed, `drops` fail once each after n frames.

    `lapsed` have lost their rights, and `ended` were closed. `closed_until` has so many calls before a connection
    stands, `late` so many letters that are broken off.
    """

    workspace: str = field(default_factory=lambda: f"w-{uuid4().hex[:8]}")
    got: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    drops: dict[str, int] = field(default_factory=dict)
    closed_until: dict[str, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    channel: Channel = CHANNEL
    others: tuple[Channel, ...] = ()
    watch: Callable[[Sequence[LogEntry]], Awaitable[int]] = no_alerts
    lapsed: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    ahead_ms: int = 0
    written: int = 0

    @property
    def channels(self) -> tuple[Channel, ...]:
        return (self.channel, *self.others)

    @property
    def tables(self) -> Tables:
        return tables_of(self.workspace)

    def clock(self) -> int:
        return now_ms() + self.ahead_ms

    def happens(self, times: int = 1) -> None:
        """Something happens: an entry of the log each time."""
        state = self.tables.state
        for _ in range(times):
            self.written += 1
            state.client.transact_write_items(
                TransactItems=append(state, read_head(state), "test", {"n": self.written}, self.clock())
            )

    def joins(self, name: str, cursor: str = "", wanted: ReaderFilter | None = None, channel: str = "") -> None:
        """A client opens a connection and subscribes."""
        connection = Connection(name, self.workspace, "key_1", self.clock(), pending_request=None)
        Connections(self.tables.state).open(connection)
        Audience(self.tables.state, channel or self.channel.name).join(connection, wanted or ReaderFilter(), cursor)
        request_push(self.tables.state)
        self.got.setdefault(name, [])

    def leaves(self, name: str) -> None:
        """Its connection is closed, and nobody was told."""
        self.gone.add(name)

    async def push(self) -> PushReport:
        return await self.pusher().run()

    async def push_without_waiting(self) -> PushReport:
        """A push for which time passes at once where it would wait for a channel to have rested."""
        pusher = self.pusher()

        async def passes(wait_ms: int) -> None:
            self.ahead_ms += wait_ms

        pusher._rest = passes  # type: ignore[method-assign]
        return await pusher.run()

    def pusher(self) -> Push:
        names = [channel.name for channel in self.channels]
        ending = Ending(self.post, self.ended.append, self.clock)
        lifecycle = ConnectionLifecycle(self.tables.state, names, self.post, self.clock, self.without_rights, ending.of)

        def delivery(channel: Channel) -> Delivery:
            reader = ChannelReader(channel, Moment(self.tables, self.clock()))
            return Delivery(
                Audience(self.tables.state, channel.name), reader, self.post, lifecycle.forget, lifecycle.give_up
            )

        return Push(self.tables.state, self.channels, delivery, self.watch, lifecycle, self.clock)

    def without_rights(self, connections: Sequence[Connection]) -> list[Connection]:
        return [connection for connection in connections if connection.id in self.lapsed]

    def opens(self, name: str, *, asked: str = "") -> None:
        """A client opens a connection, which is still to be greeted."""
        wanted = Subscription(asked, ReaderFilter().packed(), "") if asked else None
        request = msgspec.json.encode(wanted).decode() if wanted else ""
        Connections(self.tables.state).open(
            Connection(name, self.workspace, "key_1", self.clock(), pending_request=request)
        )
        request_push(self.tables.state)
        self.got.setdefault(name, [])

    def post(self, letters: Mapping[str, Sequence[bytes]]) -> dict[str, SendResult]:
        return {name: self._one(name, payloads) for name, payloads in letters.items()}

    def numbers(self, name: str, kind: str = "news") -> list[int]:
        """What a client was told, in order."""
        return [frame["data"]["n"] for frame in self.got[name] if frame["type"] == kind]

    def cursor(self, name: str) -> str:
        """The cursor that a client would come back with."""
        return str(self.got[name][-1]["cursor"])

    def _one(self, name: str, payloads: Sequence[bytes]) -> SendResult:
        if name in self.gone or self.closed_until.get(name, 0) > 0:
            self.closed_until[name] = self.closed_until.get(name, 0) - 1
            return SendResult(SendOutcome.GONE, 0)
        if name in self.deaf:
            return SendResult(SendOutcome.FAILED, 0)
        if self.late.get(name, 0) > 0 and len(payloads) > 1:
            self.late[name] -= 1
            self.got[name].append(json.loads(payloads[0]))
            return SendResult(SendOutcome.LATE, 1)
        taken = payloads[: self.drops.pop(name, len(payloads))]
        self.got[name] += map(json.loads, taken)
        return SendResult(SendOutcome.SENT if len(taken) == len(payloads) else SendOutcome.FAILED, len(taken))
