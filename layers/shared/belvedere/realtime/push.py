"""Pushes what is new in a workspace's log to the clients that listen, each channel at most once an interval.

One pusher at a time; who cannot have the lease need not wait, because the holder looks again after giving it back. What
was sent is noted afterwards, so a pusher that dies may send a message twice (with the same cursor) and never drops one.
After the clients come the alert rules; what they raise is in the log, and told in the next round.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from belvedere.clock import SECOND_MS
from belvedere.query.read import in_thread
from belvedere.realtime.channel import Channel
from belvedere.realtime.deliver import Delivery
from belvedere.realtime.lease import BEAT, WATCHED, Lease, Positions, asked
from belvedere.realtime.log import Entry, Head, entries, read_head, settled_head
from belvedere.storage.table import WorkspaceTable

AGAIN_MS = 200
BEAT_MS = 20 * SECOND_MS  # sooner than the schedule comes, so that each of its calls gives one
LONGEST_MS = 40 * SECOND_MS  # then the next invocation goes on


@dataclass
class Pushed:
    """What a run came to: rounds, frames that left, connections found closed, alerts; and is there more to do."""

    rounds: int = 0
    frames: int = 0
    gone: int = 0
    alerts: int = 0
    unfinished: bool = False


@dataclass
class Push:
    """Pushes to the clients of one workspace; everything it touches is given to it."""

    state: WorkspaceTable
    channels: Sequence[Channel]
    delivery: Callable[[Channel], Delivery]
    watch: Callable[[Sequence[Entry]], Awaitable[int]]
    clock: Callable[[], int]
    report: Pushed = field(default_factory=Pushed)
    _seen: int = 0

    async def run(self) -> Pushed:
        """Push until everybody has everything, or for LONGEST_MS."""
        ends = self.clock() + LONGEST_MS
        while self.clock() < ends:
            lease, notes = Lease(self.state), await in_thread(lambda: asked(self.state))
            if not await self._held(lease, ends) or not await self._more(notes):
                return self.report
        self.report.unfinished = True
        return self.report

    async def _held(self, lease: Lease, ends: int) -> bool:
        """Rounds under the lease until there is nothing to do; False when somebody else has it."""
        positions = await self._take(lease)
        if positions is None:
            return False  # its holder will see what we came for
        try:
            after = await self._rounds(lease, positions, ends)
        except BaseException:
            await in_thread(lease.release)
            raise
        return after is not None and await in_thread(partial(lease.release, after))

    async def _take(self, lease: Lease) -> Positions | None:
        return await in_thread(lambda: lease.take(self.clock()))

    async def _rounds(self, lease: Lease, positions: Positions, ends: int) -> Positions | None:
        """Rounds until every channel is told: where they stand then; None when the lease was lost."""
        while True:
            positions, wait_ms = await self._round(positions)
            if wait_ms is None or self.clock() + wait_ms > ends:
                return positions
            if not await in_thread(partial(lease.note, positions)):
                return None
            await asyncio.sleep(wait_ms / SECOND_MS)
            if await self._take(lease) is None:
                return None

    async def _round(self, positions: Positions) -> tuple[Positions, int | None]:
        """Tell each channel that is due, then look for alerts. The new positions, and the ms until more is to do."""
        deliveries = [(channel, await self.delivery(channel).gathered()) for channel in self.channels]
        head = await in_thread(lambda: settled_head(self.state))  # after the audience: no cursor in it is newer
        positions, waits = positions.known(head), []
        self._seen, self.report.rounds = head.seq, self.report.rounds + 1
        beat = self.clock() - positions.last.get(BEAT, 0) >= BEAT_MS
        for channel, delivery in deliveries:
            if delivery.members:
                positions, wait_ms = await self._tell(channel, delivery, positions, head, beat=beat)
                waits += [] if wait_ms is None else [wait_ms]
        if beat and any(delivery.members for _, delivery in deliveries):
            positions = positions.beaten(self.clock())
        positions, raised = await self._watch(positions, head)
        return positions, min([*waits, *([0] if raised else [])], default=None)

    async def _tell(
        self, channel: Channel, delivery: Delivery, positions: Positions, head: Head, *, beat: bool
    ) -> tuple[Positions, int | None]:
        """Tell one channel; the ms until it is due again, None when there is nothing left to tell."""
        told, now = positions.of(channel.name, head), self.clock()
        rest_ms = positions.last.get(channel.name, 0) + round(channel.interval_s * SECOND_MS) - now
        upto = head.seq if rest_ms <= 0 else told
        await delivery.tell(head, told, upto, beat=beat)
        self.report.frames += delivery.frames
        self.report.gone += delivery.gone
        if upto > told or channel.name not in positions.told:
            positions = positions.moved(channel.name, upto, now)
        return positions, max(rest_ms, AGAIN_MS) if upto < head.seq or delivery.failed else None

    async def _watch(self, positions: Positions, head: Head) -> tuple[Positions, int]:
        """Let the alert rules see what is new to them."""
        since = positions.told.get(WATCHED, 0)
        if since >= head.seq:
            return positions, 0
        news = await in_thread(lambda: list(entries(self.state, since, head.seq)))
        raised = await self.watch(news)
        self.report.alerts += raised
        return positions.seen(head.seq), raised

    async def _more(self, notes: int) -> bool:
        """Did something come while we held the lease, too late for our last look?"""
        head = await in_thread(lambda: read_head(self.state))
        return head.seq > self._seen or await in_thread(lambda: asked(self.state)) != notes
