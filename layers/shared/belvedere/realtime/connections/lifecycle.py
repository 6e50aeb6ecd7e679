"""Greets new connections, sends heartbeats, closes those whose credentials lapsed, deletes dead ones.

API Gateway opens a connection only after its `$connect` was answered, so nothing can be sent from there; a greeting
that comes too early is tried again in the next push cycle.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import orjson

from belvedere.clock import SECOND_MS, Clock
from belvedere.errors import BelvedereError
from belvedere.observability import logger
from belvedere.realtime.connections.authorization import Subscription, subscribe
from belvedere.realtime.connections.ending import CREDENTIAL_LAPSED, UNDELIVERABLE
from belvedere.realtime.connections.protocol import connected_frame, heartbeat_frames
from belvedere.realtime.connections.store import Connection, Connections
from belvedere.realtime.connections.waiting import GREETING, Waiting
from belvedere.realtime.push.frame_sender import OutgoingFrames, SendOutcome, SendResult
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

OPENING_MS = 5 * SECOND_MS  # for a connection to stand after its `$connect` was asked


@dataclass(frozen=True)
class ConnectionLifecycle:
    """The lifecycle of the connections of one workspace; `channels` are the names of all there are.

    `lapsed` picks those whose rights hold no longer; `end` tells some why they end, and ends them.
    """

    state: WorkspaceTable
    channels: Iterable[str]
    post: Callable[[OutgoingFrames], Any]
    clock: Clock
    lapsed: Callable[[Sequence[Connection]], Sequence[Connection]]
    end: Callable[[Sequence[str], BelvedereError], object]

    async def greet(self, names: Sequence[str]) -> int:
        """Greet connections, all at once, and let each into what it asked for; how many do not stand yet."""
        return sum(await asyncio.gather(*(in_thread(partial(self._greet, name)) for name in names)))

    async def check(self, heard: Set[str]) -> int:
        """Send a heartbeat to every connection but those that get one on a channel (`heard`), and close those whose
        credentials have lapsed; how many are gone."""
        now = self.clock()
        connections = await in_thread(lambda: Connections(self.state).all(now))
        ended = await in_thread(lambda: self._close_lapsed(connections))
        silent = [
            connection
            for connection in connections
            if connection.pending_request is None and connection.id not in heard | ended
        ]
        outgoing = {
            connection.id: [orjson.dumps(sign) for sign in heartbeat_frames(connection.opened, now)]
            for connection in silent
        }
        posted = await in_thread(lambda: self.post(outgoing)) if outgoing else {}
        gone = [name for name, result in posted.items() if result.outcome is SendOutcome.GONE]
        for name in gone:
            await in_thread(partial(self.forget, name))
        return len(gone) + len(ended)

    def _close_lapsed(self, connections: Sequence[Connection]) -> Set[str]:
        """Close those whose credentials have lapsed; none while that cannot be told."""
        try:
            names = [
                connection.id
                for connection in self.lapsed(
                    [connection for connection in connections if connection.pending_request is None]
                )
            ]
        except Exception:
            logger().exception("rights could not be looked up", workspace=self.state.workspace)
            return frozenset()
        self.end(names, CREDENTIAL_LAPSED)
        for name in names:
            self.forget(name)
        return frozenset(names)

    def forget(self, name: str) -> None:
        """Forget a connection that is gone, also what was written about it after it was closed."""
        connections = Connections(self.state)
        if connection := connections.find(name):
            connections.close(connection, self.channels)
        else:
            connections.leave(name, self.channels)

    def give_up(self, name: str) -> None:
        """End a connection that takes nothing: its client may come back with its cursor, and would else not know."""
        self.end([name], UNDELIVERABLE)
        self.forget(name)

    def _greet(self, name: str) -> bool:
        """Greet one; True when it does not stand yet."""
        connection = Connections(self.state).find(name)
        if connection is None or connection.pending_request is None:  # gone, or greeted already
            Waiting(self.state).forget(GREETING, name)
            return False
        subscription = (
            msgspec.json.decode(connection.pending_request, type=Subscription) if connection.pending_request else None
        )
        now = self.clock()
        posted: SendResult = self.post({name: [orjson.dumps(_connected(connection, subscription, now))]})[name]
        if posted.outcome is SendOutcome.SENT:
            if subscription:
                subscribe(connection, subscription, self.state)
            Connections(self.state).greeted(name)
            return False
        if now - connection.opened < OPENING_MS:
            return True
        self.forget(name)
        return False


def _connected(connection: Connection, subscription: Subscription | None, now: int) -> dict[str, Any]:
    channel = subscription.channel if subscription else None
    return connected_frame(connection.id, connection.workspace, connection.user, channel, now)
