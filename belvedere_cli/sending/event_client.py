"""Client of `POST /v1/events`, shared by the importer and the demo.

Delivery is at least once: a batch is sent again until the stack acknowledges it or the attempts run out. Ids make
resends harmless, so a lost answer costs a `duplicate` and never a second count.
"""

import asyncio
import gzip
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from belvedere_cli.sending.event_wire import Busy, Receipt, Transport, Unreachable, WireEvent, receipt_of

HEADERS = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip", "User-Agent": "belvedere"}
LONGEST_WAIT_S = 120.0

_encode = msgspec.json.Encoder().encode


def encode(event: WireEvent) -> bytes:
    """The event as one line of NDJSON, without the line end."""
    return _encode(event)


@dataclass(frozen=True)
class RetryPolicy:
    """How often to try, and how long to wait between: full jitter under a doubling ceiling."""

    attempts: int = 7
    first_wait_s: float = 0.5
    ceiling_s: float = 20.0

    def wait_s(self, attempt: int, retry_after_s: float, rng: random.Random) -> float:
        """Seconds to wait after failed attempt number `attempt`; never less than the server asked for."""
        ceiling = min(self.ceiling_s, self.first_wait_s * 2.0 ** (attempt - 1))
        return min(LONGEST_WAIT_S, retry_after_s + rng.uniform(0, ceiling))


@dataclass
class EventClient:
    """Sends batches of encoded events with one workspace's write key."""

    transport: Transport
    key: str
    policy: RetryPolicy = RetryPolicy()
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)
    on_retry: Callable[[str, float], None] = lambda _why, _wait_s: None

    async def send(self, lines: list[bytes]) -> Receipt:
        """Deliver encoded events as one request. Raises Unreachable or Refused."""
        if not lines:
            return Receipt()
        body = gzip.compress(b"\n".join(lines), compresslevel=6, mtime=0)
        for attempt in range(1, self.policy.attempts):
            try:
                return await self._attempt(body, len(lines))
            except Busy as busy:
                wait_s = self.policy.wait_s(attempt, busy.retry_after_s, self.rng)
                self.on_retry(str(busy), wait_s)
                await self.sleep(wait_s)
        try:
            return await self._attempt(body, len(lines))
        except Busy as busy:
            raise Unreachable(f"gave up after {self.policy.attempts} attempts: {busy}") from busy

    async def _attempt(self, body: bytes, sent: int) -> Receipt:
        """One request. Raises Busy when it is worth another, Refused when it is not."""
        try:
            reply = await self.transport(body, {**HEADERS, "X-API-Key": self.key})
        except OSError as error:
            raise Busy(str(error) or type(error).__name__) from error
        return receipt_of(reply, sent)


@dataclass
class Batch:
    """Encoded events that travel in one request; callers add what they want to know at its receipt."""

    lines: list[bytes] = field(default_factory=list)


B = TypeVar("B", bound=Batch)


async def deliver(
    client: EventClient, batches: Iterable[B], on_receipt: Callable[[B, Receipt], None], *, in_flight: int = 4
) -> None:
    """Send batches, a few at a time, and report receipts in the order of the batches.

    So what was reported is always a prefix of what was read: the importer's checkpoint needs no more than that.
    What reading raises is raised when all batches before it are delivered.
    """
    pending: deque[tuple[B, asyncio.Task[Receipt]]] = deque()
    failures: list[Exception] = []

    async def settle_oldest() -> None:
        batch, task = pending[0]
        receipt = await task
        pending.popleft()
        on_receipt(batch, receipt)

    try:
        for batch in _until_failure(batches, failures):
            pending.append((batch, asyncio.create_task(client.send(batch.lines))))
            if len(pending) >= in_flight:
                await settle_oldest()
        while pending:
            await settle_oldest()
    finally:
        for _, task in pending:
            task.cancel()
        await asyncio.gather(*(task for _, task in pending), return_exceptions=True)
    if failures:
        raise failures[0]


def _until_failure(batches: Iterable[B], failures: list[Exception]) -> Iterator[B]:
    """The batches up to a failure to read more, which is put into `failures`."""
    try:
        yield from batches
    except Exception as error:  # whatever it is, it is raised again
        failures.append(error)
