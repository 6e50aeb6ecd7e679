"""`belvedere demo`: streams a simulated school's or team's events to a stack until Ctrl-C; tells what they add up to.

What it prints as the truth is of this run: of the events that the stack acknowledged, each counted once.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

from belvedere_cli.demo.ground_truth import GroundTruth
from belvedere_cli.demo.school_directory import register_school
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.demo.team_simulator import TeamSimulator
from belvedere_cli.demo.team_truth import TeamTruth
from belvedere_cli.demo.timeline import TimedEvent
from belvedere_cli.errors import UsageError
from belvedere_cli.sending.event_client import Batch, EventClient, deliver, encode
from belvedere_cli.sending.event_target import TargetOptions, http_transport
from belvedere_cli.sending.event_wire import DeliveryError, Receipt

BATCH_EVENTS = 500
TICK_S = 1.0
FAILURE = 2
TAKEN = frozenset({"accepted", "duplicate"})


class Truth(Protocol):
    """What deliveries add up to."""

    def observe(self, delivery: TimedEvent) -> None:
        """Count a delivery; a repeat counts as nothing but a repeat."""

    def summary(self) -> str:
        """The totals in one line."""


TRUTHS: dict[str, type[GroundTruth] | type[TeamTruth]] = {"learning": GroundTruth, "productivity": TeamTruth}


@dataclass
class DemoBatch(Batch):
    """Deliveries that travel in one request."""

    deliveries: list[TimedEvent] = field(default_factory=list)


@dataclass
class Demo:
    """One run: sends deliveries and keeps the truth of what was acknowledged."""

    client: EventClient
    tell: Callable[[str], None]
    truth: Truth = field(default_factory=GroundTruth)

    async def send(self, batches: Iterator[DemoBatch], *, in_flight: int = 4) -> None:
        """Send batches as fast as they are taken. Raises DeliveryError."""
        await deliver(self.client, batches, self._acknowledge, in_flight=in_flight)

    async def live(
        self, deliveries: Iterator[TimedEvent], clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Send each delivery when its time has come by the clock (epoch s); those due together travel together."""
        due: list[TimedEvent] = []
        for delivery in deliveries:
            early_s = delivery.sent_at / 1000 - clock()
            if early_s > 0:
                await self.send(batched(due))
                due = []
                await sleep(max(early_s, TICK_S))
            due.append(delivery)
        await self.send(batched(due))

    def _acknowledge(self, batch: DemoBatch, receipt: Receipt) -> None:
        """Count what the stack has taken, now or before, into the truth."""
        for result in receipt.results:
            if result.result in TAKEN:
                self.truth.observe(batch.deliveries[result.index])
        refused = receipt.conflict + receipt.rejected
        results = f"{receipt.accepted} accepted, {receipt.duplicate} duplicate, {refused} refused"
        self.tell(f"sent {len(batch.lines)} ({results}); so far {self.truth.summary()}")


def batched(deliveries: Iterable[TimedEvent]) -> Iterator[DemoBatch]:
    """Deliveries in batches of a request each."""
    rest = iter(deliveries)
    while taken := list(islice(rest, BATCH_EVENTS)):
        yield DemoBatch([encode(delivery.event) for delivery in taken], taken)


@dataclass(frozen=True)
class Scenario:
    """What is simulated, as the options of the command name it; rates are events a second, `backfill` milliseconds."""

    board: str
    seed: int
    students: int
    developers: int
    rate: float
    events: int | None
    backfill: int | None
    backfill_rate: float

    def simulator(self, per_second: float, *, rhythm: bool = True) -> Simulator | TeamSimulator:
        """The school or team at a rate; with `rhythm` days have busy hours."""
        if self.board == "learning":
            return Simulator(self.seed, self.students, per_second, rhythm)
        return TeamSimulator(self.seed, self.developers, per_second, rhythm)


def run(scenario: Scenario, target: TargetOptions) -> int:
    """Carry out the command; returns its exit code."""
    try:
        asyncio.run(_run(scenario, target))
    except KeyboardInterrupt:
        print("stopped")
    except (UsageError, DeliveryError) as error:
        print(f"demo failed: {error}", file=sys.stderr)
        return FAILURE
    return 0


async def _run(scenario: Scenario, options: TargetOptions) -> None:
    """Send the past if wanted, then the present as it comes."""
    target = options.target()
    now = int(time.time() * 1000)
    if scenario.board == "learning":
        school = Simulator(scenario.seed, scenario.students).school
        _tell(await register_school(options.admin_target(), school))
    async with http_transport(target) as transport:
        demo = Demo(EventClient(transport, target.key, on_retry=_tell_retry), _tell, TRUTHS[scenario.board]())
        if scenario.backfill:
            start = now - scenario.backfill
            past = scenario.simulator(scenario.backfill_rate).deliveries(start, now)
            await demo.send(batched(happened_since(start, past)))
        present = happened_since(now, scenario.simulator(scenario.rate, rhythm=False).deliveries(now))
        await demo.live(islice(present, scenario.events), time.time, asyncio.sleep)


def happened_since(start: int, deliveries: Iterable[TimedEvent]) -> Iterator[TimedEvent]:
    """Those of what happened from `start` on (epoch ms).

    That a pull request is reopened is told at the time of the closing that it undoes: of one before, nobody heard here.
    """
    return (delivery for delivery in deliveries if int(delivery.event.time) >= start)


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S}Z  {text}", flush=True)


def _tell_retry(why: str, wait_s: float) -> None:
    _tell(f"sending again in {wait_s:.1f} s: {why}")
