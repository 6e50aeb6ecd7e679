"""Sends frames to connections: many connections at once, each one's frames in order, a dead one at nobody's cost.

Nobody holds the others up: a connection that takes its frames slowly gets a few of them, and the rest in a later round.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from belvedere.storage.connections_api import busy

AT_ONCE = 32
CONNECTION_S = 1.0  # after so long, the rest of one connection's frames waits for the next round
ROUND_S = 8.0  # after so long, everything does; well below the lease's term

OutgoingFrames = Mapping[str, Sequence[bytes]]


class SendOutcome(Enum):
    """What became of a connection's frames."""

    SENT = "sent"
    GONE = "gone"  # the connection is closed
    FAILED = "failed"  # nobody knows; it may be tried again
    LATE = "late"  # there was no time for all of them, or API Gateway has too much to do; nobody's fault


@dataclass(frozen=True, slots=True)
class SendResult:
    """How many frames of a connection left, and what became of the others."""

    outcome: SendOutcome
    sent: int


@dataclass(frozen=True)
class FrameSender:
    """A way to the connections of the WebSocket API: `send` sends one of them a frame, and tells the HTTP status."""

    send: Callable[[str, bytes], int]
    clock: Callable[[], float] = time.monotonic

    def send_all(self, outgoing: OutgoingFrames) -> dict[str, SendResult]:
        """Send each connection its payloads, in order; stops at the first that does not arrive."""
        ends = self.clock() + ROUND_S
        with ThreadPoolExecutor(min(AT_ONCE, len(outgoing)) or 1) as pool:
            work = {
                name: pool.submit(copy_context().run, self.send_one, name, payloads, ends)
                for name, payloads in outgoing.items()
            }
            return {name: future.result() for name, future in work.items()}

    def send_one(self, connection: str, payloads: Sequence[bytes], ends: float = float("inf")) -> SendResult:
        """Send one connection its payloads; the first one at any rate, unless `ends` has passed."""
        deadline = min(ends, self.clock() + CONNECTION_S)
        for number, payload in enumerate(payloads):
            if self.clock() > (deadline if number else ends):
                return SendResult(SendOutcome.LATE, number)
            if (outcome := self._sent(connection, payload)) is not SendOutcome.SENT:
                return SendResult(outcome, number)
        return SendResult(SendOutcome.SENT, len(payloads))

    def _sent(self, connection: str, payload: bytes) -> SendOutcome:
        try:
            status = self.send(connection, payload)
        except Exception:
            return SendOutcome.FAILED
        if status == HTTPStatus.GONE:
            return SendOutcome.GONE
        return SendOutcome.LATE if busy(status) else SendOutcome.SENT if status == HTTPStatus.OK else SendOutcome.FAILED
