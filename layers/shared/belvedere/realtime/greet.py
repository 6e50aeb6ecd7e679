"""Says hello to a connection as soon as it stands, and lets it into the audience it asked for.

API Gateway opens a connection only after its `$connect` was answered, so nothing can be sent from there; a greeting
that comes too early is tried again for a short while.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import orjson

from belvedere.clock import SECOND_MS, iso
from belvedere.realtime.connections import Connection, Connections
from belvedere.realtime.log import WINDOW_MS
from belvedere.realtime.post import Outcome, Post
from belvedere.realtime.reception import Granted, seat
from belvedere.storage.table import WorkspaceTable

HEARTBEAT_S = 30
ATTEMPTS = 8
FIRST_PAUSE_S = 0.02


def greet(connection: Connection, state: WorkspaceTable, post: Post, now: int,
          sleep: Callable[[float], None] = time.sleep) -> bool:  # fmt: skip
    """Greet one connection; False when it is gone already."""
    asked = msgspec.json.decode(connection.wish, type=Granted) if connection.wish else None
    hello = orjson.dumps(_hello(connection, asked, now))
    for attempt in range(ATTEMPTS):
        if post.one(connection.id, [hello]).outcome is Outcome.SENT:
            if asked:
                seat(connection, asked, state)
            Connections(state).greeted(connection.id)
            return True
        sleep(FIRST_PAUSE_S * 2**attempt)
    return False


def _hello(connection: Connection, asked: Granted | None, now: int) -> dict[str, Any]:
    told = f"you hear the channel {asked.channel}" if asked else "subscribe to a channel to hear something"
    return {
        "type": "connected",
        "message": f"Connected to {connection.workspace}; {told}",
        "connection_id": connection.id,
        "workspace": connection.workspace,
        "channel": asked.channel if asked else None,
        "user_id": connection.user,
        "heartbeat_s": HEARTBEAT_S,
        "replay_window_s": WINDOW_MS // SECOND_MS,
        "timestamp": iso(now),
    }
