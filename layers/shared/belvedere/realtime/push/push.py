"""Pushes what is new in a workspace's log to the clients that listen, each channel at most once an interval.

One pusher at a time; who cannot have the lease need not wait, because the holder looks again after giving it back. What
was sent is noted afterwards, so a pusher that dies may send a message twice (with the same cursor) and never drops one.
The alert rules look on beside it; what they raise is in the log, and told in the next round.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from belvedere.clock import SECOND_MS
from belvedere.realtime.changelog.log import LogEntry, read_head
from belvedere.realtime.channel import Channel
from belvedere.realtime.connections.lifecycle import ConnectionLifecycle
from belvedere.realtime.push.alert_task import AlertTask
from belvedere.realtime.push.cycle import PushCycle
from belvedere.realtime.push.deliver import Delivery
from belvedere.realtime.push.lease import KEEP_S, Lease, push_requests
from belvedere.realtime.push.progress import Positions, PushReport
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

LOOK_MS = 200  # how often a channel that rests is left for somebody new
LONGEST_MS = 40 * SECOND_MS  # then the next invocation goes on


@dataclass
class Push:
    """Pushes to the clients of one workspace; everything it touches is given to it."""

    state: WorkspaceTable
    channels: Sequence[Channel]
    delivery: Callable[[Channel], Delivery]
    watch: Callable[[Sequence[LogEntry]], Awaitable[int]]
    lifecycle: ConnectionLifecycle
    clock: Callable[[], int]
    report: PushReport = field(default_factory=PushReport)
    _seen: int = 0
    _notes: int = 0

    def __post_init__(self) -> None:
        self._cycle = PushCycle(self.state, self.channels, self.delivery, self.lifecycle, self.clock, self.report)
        self._alert_task = AlertTask(self.state, self.watch, self.report)

    async def run(self) -> PushReport:
        """Push until everybody has everything, or for LONGEST_MS."""
        ends = self.clock() + LONGEST_MS
        while self.clock() < ends:
            lease, self._notes = Lease(self.state), await in_thread(lambda: push_requests(self.state))
            if not await self._push_with_lease(lease, ends) or not await self._has_more():
                return self.report
        self.report.unfinished = True
        return self.report

    async def _push_with_lease(self, lease: Lease, ends: int) -> bool:
        """Rounds under the lease until there is nothing to do; False when somebody else has it."""
        positions = await in_thread(lambda: lease.take(self.clock()))
        if positions is None:
            return False  # its holder will see what we came for
        keeping = asyncio.create_task(self._keep_lease(lease))
        try:
            after = await self._push_until_done(lease, positions, ends)
        except BaseException:
            await in_thread(lease.release)
            raise
        finally:
            keeping.cancel()
        return after is not None and await in_thread(partial(lease.release, after))

    async def _keep_lease(self, lease: Lease) -> None:
        """Keep the lease while rounds take their time."""
        while True:
            await asyncio.sleep(KEEP_S)
            await in_thread(lambda: lease.keep(self.clock()))

    async def _push_until_done(self, lease: Lease, positions: Positions, ends: int) -> Positions | None:
        """Rounds until every channel is told: where they stand then; None when the lease was lost."""
        noted = positions
        while True:
            result = await self._cycle.run_cycle(positions)
            self._seen, wait_ms = result.head.seq, result.wait_ms
            positions = self._alert_task.look(result.positions, result.head)
            late = self.clock() + (wait_ms or 0) > ends
            if late or (wait_ms is None and await self._alert_task.all_seen(self._seen)):
                return await self._alert_task.last_look(positions)  # what was raised now is looked for at the end
            if positions != noted and not await in_thread(partial(lease.note, positions)):
                return None
            noted = positions
            await self._rest(wait_ms or 0)
            if not await in_thread(lambda: lease.keep(self.clock())):
                return None

    async def _rest(self, wait_ms: int) -> None:
        """Wait until a channel is due, somebody new is there, or the alert rules have seen what they looked at."""
        ends = self.clock() + wait_ms
        while (left_ms := ends - self.clock()) > 0:
            if await self._alert_task.nap(min(left_ms, LOOK_MS) / SECOND_MS):
                return
            if left_ms > LOOK_MS and (notes := await in_thread(lambda: push_requests(self.state))) != self._notes:
                self._notes = notes
                return

    async def _has_more(self) -> bool:
        """Did something come while we held the lease, too late for our last look?"""
        head = await in_thread(lambda: read_head(self.state))
        return head.seq > self._seen or await in_thread(lambda: push_requests(self.state)) != self._notes
