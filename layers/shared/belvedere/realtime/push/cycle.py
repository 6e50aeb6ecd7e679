"""One cycle of a push: new connections are greeted, and each channel that is due gets what it lacks of the log.

A channel that fails is logged, rests until the next push, and holds up no other.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from belvedere.clock import SECOND_MS
from belvedere.observability import logger
from belvedere.realtime.changelog.log import MOST_READ, Head, settled_head
from belvedere.realtime.channel import Channel
from belvedere.realtime.connections.lifecycle import ConnectionLifecycle
from belvedere.realtime.connections.waiting import GREETING, Waiting
from belvedere.realtime.push.deliver import Delivery
from belvedere.realtime.push.progress import BEAT, ChannelProgress, CycleResult, Positions, PushReport
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

AGAIN_MS = 200
GREET_MS = 50  # after which a connection that did not stand yet is looked for again
BEAT_MS = 15 * SECOND_MS  # sooner than the schedule comes, so that each of its calls gives one

Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ChannelTurn:
    """What a channel is to get in a round: is it `due`; and is its `whole` audience told, or only who waits."""

    channel: Channel
    delivery: Delivery
    due: bool
    whole: bool


@dataclass
class PushCycle:
    """Runs the cycles of one push."""

    state: WorkspaceTable
    channels: Sequence[Channel]
    delivery: Callable[[Channel], Delivery]
    lifecycle: ConnectionLifecycle
    clock: Callable[[], int]
    report: PushReport
    _failed: set[str] = field(default_factory=set)

    async def run_cycle(self, positions: Positions) -> CycleResult:
        """Greet new connections, push to each channel that is due."""
        self.report.rounds += 1
        before, waiting, unopened = await self._greet()
        positions = positions.known(before)
        beat = self.clock() - positions.last.get(BEAT, 0) >= BEAT_MS
        well = [channel for channel in self.channels if channel.name not in self._failed]
        turns = await asyncio.gather(*(self._prepare(channel, positions, before, waiting, beat) for channel in well))
        head = await in_thread(lambda: settled_head(self.state))  # after the audience: no cursor in it is newer
        positions = positions.known(head)
        results = await asyncio.gather(*(self._push_safely(turn, positions, head, beat=beat) for turn in turns))
        for turn, progress in zip(turns, results, strict=True):
            if progress is not None and progress.at is not None:
                positions = positions.moved(turn.channel.name, progress.upto, progress.at)
        if beat:
            positions = await self._heartbeat(positions, turns)
        waits = [progress.wait_ms for progress in results if progress is not None and progress.wait_ms is not None]
        return CycleResult(positions, head, min([*waits, *([GREET_MS] if unopened else [])], default=None))

    async def _greet(self) -> tuple[Head, Names, int]:
        """Greet who is new. The end of the log before, who waits for which channel, and how many did not stand yet."""
        queue, unopened = Waiting(self.state), 0
        waiting, before = await asyncio.gather(in_thread(queue.by_channel), in_thread(lambda: settled_head(self.state)))
        if new := waiting.get(GREETING):
            unopened = await self.lifecycle.greet(new)
            waiting = await in_thread(queue.by_channel)
        return before, waiting, unopened

    async def _heartbeat(self, positions: Positions, turns: Sequence[ChannelTurn]) -> Positions:
        """Look after connections that no channel's sign of life reached."""
        heard = {member.connection for turn in turns for member in turn.delivery.members}
        self.report.gone += await self.lifecycle.check(heard)
        return positions.beaten(self.clock())

    async def _prepare(
        self, channel: Channel, positions: Positions, head: Head, waiting: Names, beat: bool
    ) -> ChannelTurn:
        """What a channel is to get, with those read who are to get it."""
        delivery = self.delivery(channel)
        due = self._rest_ms(channel, positions) <= 0
        whole = beat or (due and positions.of(channel.name, head) < head.seq)
        if whole:
            await delivery.gathered()
        elif names := waiting.get(channel.name):
            await delivery.waiting(names)
        return ChannelTurn(channel, delivery, due, whole)

    async def _push_safely(
        self, turn: ChannelTurn, positions: Positions, head: Head, *, beat: bool
    ) -> ChannelProgress | None:
        """Tell one channel; None when that fails, which is no other channel's trouble."""
        try:
            return await self._push_channel(turn, positions, head, beat=beat)
        except Exception:
            logger().exception("channel failed", channel=turn.channel.name, workspace=self.state.workspace)
            self.report.trouble += 1
            self._failed.add(turn.channel.name)
            return None

    async def _push_channel(
        self, turn: ChannelTurn, positions: Positions, head: Head, *, beat: bool
    ) -> ChannelProgress:
        """Tell one channel, of many entries the first."""
        delivery, name, now = turn.delivery, turn.channel.name, self.clock()
        pushed = positions.of(name, head)
        if turn.whole and not delivery.members:
            return ChannelProgress(pushed, None, None)  # nobody listens
        upto = pushed
        if turn.whole and turn.due:  # step by step where somebody stands there; who is behind is served from elsewhere
            upto = min(head.seq, pushed + MOST_READ) if delivery.live else head.seq
        if delivery.members:
            await delivery.tell(head, pushed, upto, beat=beat)
        self.report.frames += delivery.frames
        self.report.gone += delivery.gone
        at = positions.last.get(name, 0)
        if upto > pushed or name not in positions.pushed:
            at = now if upto == head.seq else at  # who has more to tell need not rest
            positions = positions.moved(name, upto, at)
        waits = [0] if delivery.unfinished else []
        waits += [AGAIN_MS] if delivery.failed else []
        if upto < head.seq:
            waits.append(max(0, self._rest_ms(turn.channel, positions)))
        return ChannelProgress(upto, at, min(waits, default=None))

    def _rest_ms(self, channel: Channel, positions: Positions) -> int:
        """How long a channel is still to rest."""
        return positions.last.get(channel.name, 0) + round(channel.interval_s * SECOND_MS) - self.clock()
