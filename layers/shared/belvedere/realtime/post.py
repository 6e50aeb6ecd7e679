"""Sends frames to connections: many connections at once, each one's frames in order, a dead one at nobody's cost."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from enum import Enum
from typing import Any

AT_ONCE = 32


class Outcome(Enum):
    """What became of a connection's frames."""

    SENT = "sent"
    GONE = "gone"  # the connection is closed
    FAILED = "failed"  # nobody knows; it may be tried again


@dataclass(frozen=True, slots=True)
class Posted:
    """How many frames of a connection left, and what became of the others."""

    outcome: Outcome
    sent: int


@dataclass(frozen=True)
class Post:
    """A way to the connections of the WebSocket API, over its management client."""

    client: Any

    def all(self, letters: Mapping[str, Sequence[bytes]]) -> dict[str, Posted]:
        """Send each connection its payloads, in order; stops at the first that does not arrive."""
        with ThreadPoolExecutor(min(AT_ONCE, len(letters)) or 1) as pool:
            work = {name: pool.submit(copy_context().run, self.one, name, what) for name, what in letters.items()}
            return {name: future.result() for name, future in work.items()}

    def one(self, connection: str, payloads: Sequence[bytes]) -> Posted:
        """Send one connection its payloads."""
        for number, payload in enumerate(payloads):
            try:
                self.client.post_to_connection(ConnectionId=connection, Data=payload)
            except self.client.exceptions.GoneException:
                return Posted(Outcome.GONE, number)
            except Exception:
                return Posted(Outcome.FAILED, number)
        return Posted(Outcome.SENT, len(payloads))
