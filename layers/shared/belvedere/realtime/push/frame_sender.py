"""Sends frames to connections: many connections at once, each one's frames in order, a dead one at nobody's cost.

Nobody holds the others up: a connection that takes its frames slowly gets a few of them, and the rest in a later round.
Of a large audience, connections beyond AT_ONCE go to further invocations, side by side (`Split`). The push waits for
all of them, so that one connection's messages stay in order from round to round.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

from belvedere.storage.connections_api import busy

PARALLEL_SENDS = 32
CONNECTION_S = 1.0  # after so long, the rest of one connection's frames waits for the next round
ROUND_S = 8.0  # after so long, everything does; well below the lease's term

AT_ONCE = 500  # connections that one invocation serves
PARALLEL_PARTS = 8  # invocations side by side
MOST_BYTES = 4_000_000  # of texts a part; Lambda takes 6 MB, and JSON escapes

OutgoingFrames = Mapping[str, Sequence[bytes]]
Invoke = Callable[[dict[str, Any]], dict[str, Any]]


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


Send = Callable[[OutgoingFrames], Mapping[str, SendResult]]


@dataclass(frozen=True)
class FrameSender:
    """A way to the connections of the WebSocket API: `send` sends one of them a frame, and tells the HTTP status."""

    send: Callable[[str, bytes], int]
    clock: Callable[[], float] = time.monotonic

    def send_all(self, outgoing: OutgoingFrames) -> dict[str, SendResult]:
        """Send each connection its payloads, in order; stops at the first that does not arrive."""
        ends = self.clock() + ROUND_S
        with ThreadPoolExecutor(min(PARALLEL_SENDS, len(outgoing)) or 1) as pool:
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


@dataclass(frozen=True)
class Split:
    """Sends outgoing by itself while they are few; else each part through `invoke`, whose answer is `answered`."""

    send: Send
    invoke: Invoke

    def __call__(self, outgoing: OutgoingFrames) -> dict[str, SendResult]:
        """What became of every connection's frames; those of a part that failed as a whole have FAILED."""
        if len(outgoing) <= AT_ONCE:
            return dict(self.send(outgoing))
        parts = list(parted(outgoing))
        with ThreadPoolExecutor(PARALLEL_PARTS) as pool:
            running = [pool.submit(copy_context().run, self._part, share) for share in parts]
            return {name: posted for future in running for name, posted in future.result().items()}

    def _part(self, share: OutgoingFrames) -> dict[str, SendResult]:
        try:
            return opened_answer(self.invoke(packed(share)))
        except Exception:
            return dict.fromkeys(share, SendResult(SendOutcome.FAILED, 0))


def parted(outgoing: OutgoingFrames) -> Iterator[OutgoingFrames]:
    """Frames in parts of at most AT_ONCE connections, and of texts that fit one invocation."""
    share: dict[str, Sequence[bytes]] = {}
    texts: set[bytes] = set()
    for name, sent in outgoing.items():
        more = texts | set(sent)
        if share and (len(share) == AT_ONCE or sum(map(len, more)) > MOST_BYTES):
            yield share
            share, more = {}, set(sent)
        share[name], texts = sent, more
    if share:
        yield share


def packed(outgoing: OutgoingFrames) -> dict[str, Any]:
    """Frames as an invocation's payload: each text once, however many get it."""
    texts: dict[bytes, int] = {}
    wanted = {name: [texts.setdefault(text, len(texts)) for text in sent] for name, sent in outgoing.items()}
    return {"texts": [text.decode() for text in texts], "letters": wanted}


def unpacked(payload: Mapping[str, Any]) -> dict[str, list[bytes]]:
    """The inverse of `packed`."""
    texts = [text.encode() for text in payload["texts"]]
    return {name: [texts[number] for number in numbers] for name, numbers in payload["letters"].items()}


def answered(posted: Mapping[str, SendResult]) -> dict[str, Any]:
    """What became of outgoing, as an invocation's answer."""
    return {name: [result.outcome.value, result.sent] for name, result in posted.items()}


def opened_answer(answer: Mapping[str, Any]) -> dict[str, SendResult]:
    """The inverse of `answered`."""
    return {name: SendResult(SendOutcome(outcome), int(sent)) for name, (outcome, sent) in answer.items()}
