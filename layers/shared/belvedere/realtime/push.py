"""Pushes what is new in a workspace's log to the clients that listen, each channel at most once an interval.

One pusher at a time; who cannot have the lease need not wait, because the holder looks again after giving it back. What
was sent is noted afterwards, so a pusher that dies may send a message twice (with the same cursor) and never drops one.
The alert rules look on beside it; what they raise is in the log, and told in the next round. A channel or a rule that
fails is logged and holds up no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from belvedere.clock import SECOND_MS
from belvedere.observability import logger
from belvedere.realtime.channel import Channel
from belvedere.realtime.deliver import Delivery
from belvedere.realtime.doorkeeper import Doorkeeper
from belvedere.realtime.lease import BEAT, KEEP_S, WATCHED, Lease, Positions, asked
from belvedere.realtime.log import MOST_READ, Entry, Head, entries, read_head, settled_head
from belvedere.realtime.waiting import GREETING, Waiting
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.threads import in_thread

AGAIN_MS = 200
GREET_MS = 50  # after which a connection that did not stand yet is looked for again
LOOK_MS = 200  # how often a channel that rests is left for somebody new
BEAT_MS = 15 * SECOND_MS  # sooner than the schedule comes, so that each of its calls gives one
LONGEST_MS = 40 * SECOND_MS  # then the next invocation goes on
LAST_LOOK_S = 10.0  # for alert rules that are still at work then

Names = Mapping[str, Sequence[str]]


@dataclass
class Pushed:
    """What a run came to: rounds, frames that left, connections found closed, alerts; and is there more to do."""

    rounds: int = 0
    frames: int = 0
    gone: int = 0
    alerts: int = 0
    trouble: int = 0
    unfinished: bool = False


@dataclass(frozen=True)
class Turn:
    """What a channel is to get in a round: is it `due`; and is its `whole` audience told, or only who waits."""

    channel: Channel
    delivery: Delivery
    due: bool
    whole: bool


@dataclass(frozen=True)
class Told:
    """How far a channel came in a turn; the ms until it is due again, None when there is nothing left to tell."""

    upto: int
    at: int | None
    wait_ms: int | None


@dataclass
class Push:
    """Pushes to the clients of one workspace; everything it touches is given to it."""

    state: WorkspaceTable
    channels: Sequence[Channel]
    delivery: Callable[[Channel], Delivery]
    watch: Callable[[Sequence[Entry]], Awaitable[int]]
    door: Doorkeeper
    clock: Callable[[], int]
    report: Pushed = field(default_factory=Pushed)
    _seen: int = 0
    _notes: int = 0
    _watcher: "asyncio.Task[int | None] | None" = None
    _blind: bool = False  # the alert rules failed, and rest until the next run
    _failed: set[str] = field(default_factory=set)  # as do channels

    async def run(self) -> Pushed:
        """Push until everybody has everything, or for LONGEST_MS."""
        ends = self.clock() + LONGEST_MS
        while self.clock() < ends:
            lease, self._notes = Lease(self.state), await in_thread(lambda: asked(self.state))
            if not await self._held(lease, ends) or not await self._more():
                return self.report
        self.report.unfinished = True
        return self.report

    async def _held(self, lease: Lease, ends: int) -> bool:
        """Rounds under the lease until there is nothing to do; False when somebody else has it."""
        positions = await in_thread(lambda: lease.take(self.clock()))
        if positions is None:
            return False  # its holder will see what we came for
        keeping = asyncio.create_task(self._kept(lease))
        try:
            after = await self._rounds(lease, positions, ends)
        except BaseException:
            await in_thread(lease.release)
            raise
        finally:
            keeping.cancel()
        return after is not None and await in_thread(partial(lease.release, after))

    async def _kept(self, lease: Lease) -> None:
        """Keep the lease while rounds take their time."""
        while True:
            await asyncio.sleep(KEEP_S)
            await in_thread(lambda: lease.keep(self.clock()))

    async def _rounds(self, lease: Lease, positions: Positions, ends: int) -> Positions | None:
        """Rounds until every channel is told: where they stand then; None when the lease was lost."""
        noted = positions
        while True:
            positions, wait_ms = await self._round(positions)
            late = self.clock() + (wait_ms or 0) > ends
            if late or (wait_ms is None and await self._all_seen()):
                return await self._looked(positions)
            if positions != noted and not await in_thread(partial(lease.note, positions)):
                return None
            noted = positions
            await self._rest(wait_ms or 0)
            if not await in_thread(lambda: lease.keep(self.clock())):
                return None

    async def _all_seen(self) -> bool:
        """Have the alert rules seen everything, or do so within a moment? What they raised is looked for at the end."""
        if self._watcher is None:
            return True
        await asyncio.wait({self._watcher}, timeout=LOOK_MS / SECOND_MS)
        return self._watcher.done() and (self._watcher.result() or 0) >= self._seen

    async def _rest(self, wait_ms: int) -> None:
        """Wait until a channel is due, somebody new is there, or the alert rules have seen what they looked at."""
        ends = self.clock() + wait_ms
        while (left_ms := ends - self.clock()) > 0:
            nap_s = min(left_ms, LOOK_MS) / SECOND_MS
            if self._watcher is None:
                await asyncio.sleep(nap_s)
            elif (await asyncio.wait({self._watcher}, timeout=nap_s))[0]:
                return
            if left_ms > LOOK_MS and (notes := await in_thread(lambda: asked(self.state))) != self._notes:
                self._notes = notes
                return

    async def _round(self, positions: Positions) -> tuple[Positions, int | None]:
        """Greet who is new, tell each channel that is due. The new positions, and the ms until more is to do."""
        self.report.rounds += 1
        waiting, before = await asyncio.gather(
            in_thread(Waiting(self.state).by_channel), in_thread(lambda: settled_head(self.state))
        )
        unopened = 0
        if new := waiting.get(GREETING):
            unopened = await self.door.greet(new)
            waiting = await in_thread(Waiting(self.state).by_channel)
        positions = positions.known(before)
        beat = self.clock() - positions.last.get(BEAT, 0) >= BEAT_MS
        well = [one for one in self.channels if one.name not in self._failed]
        turns = await asyncio.gather(*(self._turn(one, positions, before, waiting, beat) for one in well))
        head = await in_thread(lambda: settled_head(self.state))  # after the audience: no cursor in it is newer
        positions, self._seen = positions.known(head), head.seq
        told = await asyncio.gather(*(self._tried(turn, positions, head, beat=beat) for turn in turns))
        for turn, one in zip(turns, told, strict=True):
            if one is not None and one.at is not None:
                positions = positions.moved(turn.channel.name, one.upto, one.at)
        if beat:
            heard = {member.connection for turn in turns for member in turn.delivery.members}
            self.report.gone += await self.door.look_after(heard)
            positions = positions.beaten(self.clock())
        waits = [one.wait_ms for one in told if one is not None and one.wait_ms is not None]
        return self._watched(positions, head), min([*waits, *([GREET_MS] if unopened else [])], default=None)

    async def _turn(self, channel: Channel, positions: Positions, head: Head, waiting: Names, beat: bool) -> Turn:
        """What a channel is to get, with those read who are to get it."""
        delivery = self.delivery(channel)
        due = self._rest_ms(channel, positions) <= 0
        whole = beat or (due and positions.of(channel.name, head) < head.seq)
        if whole:
            await delivery.gathered()
        elif names := waiting.get(channel.name):
            await delivery.waiting(names)
        return Turn(channel, delivery, due, whole)

    async def _tried(self, turn: Turn, positions: Positions, head: Head, *, beat: bool) -> Told | None:
        """Tell one channel; None when that fails, which is no other channel's trouble."""
        try:
            return await self._tell(turn, positions, head, beat=beat)
        except Exception:
            logger().exception("channel failed", channel=turn.channel.name, workspace=self.state.workspace)
            self.report.trouble += 1
            self._failed.add(turn.channel.name)
            return None

    async def _tell(self, turn: Turn, positions: Positions, head: Head, *, beat: bool) -> Told:
        """Tell one channel, of many entries the first."""
        delivery, name, now = turn.delivery, turn.channel.name, self.clock()
        told = positions.of(name, head)
        if turn.whole and not delivery.members:
            return Told(told, None, None)  # nobody listens
        upto = told
        if turn.whole and turn.due:  # step by step where somebody stands there; who is behind is served from elsewhere
            upto = min(head.seq, told + MOST_READ) if delivery.live else head.seq
        if delivery.members:
            await delivery.tell(head, told, upto, beat=beat)
        self.report.frames += delivery.frames
        self.report.gone += delivery.gone
        at = positions.last.get(name, 0)
        if upto > told or name not in positions.told:
            at = now if upto == head.seq else at  # who has more to tell need not rest
            positions = positions.moved(name, upto, at)
        waits = [0] if delivery.unfinished else []
        waits += [AGAIN_MS] if delivery.failed else []
        if upto < head.seq:
            waits.append(max(0, self._rest_ms(turn.channel, positions)))
        return Told(upto, at, min(waits, default=None))

    def _rest_ms(self, channel: Channel, positions: Positions) -> int:
        """How long a channel is still to rest."""
        return positions.last.get(channel.name, 0) + round(channel.interval_s * SECOND_MS) - self.clock()

    def _watched(self, positions: Positions, head: Head) -> Positions:
        """Note what the alert rules have seen, and let them look at what is new to them, beside the next rounds."""
        if self._watcher is not None and self._watcher.done():
            seen, self._watcher = self._watcher.result(), None
            positions = positions if seen is None else positions.seen(seen)
        since = positions.told.get(WATCHED, 0)
        if self._watcher is None and since < head.seq and not self._blind:
            self._watcher = asyncio.create_task(self._watching(since, min(head.seq, since + MOST_READ)))
        return positions

    async def _watching(self, since: int, upto: int) -> int | None:
        """Let the alert rules see some entries; how far they have seen, None when they failed."""
        try:
            news = await in_thread(lambda: list(entries(self.state, since, upto)))
            self.report.alerts += await self.watch(news)
        except Exception:
            logger().exception("alert rules failed", workspace=self.state.workspace)
            self.report.trouble += 1
            self._blind = True
            return None
        return upto

    async def _looked(self, positions: Positions) -> Positions:
        """The positions at the end, after what the alert rules are at; what they do not end is looked at again."""
        if self._watcher is None:
            return positions
        watcher, self._watcher = self._watcher, None
        seen = None
        with suppress(TimeoutError):
            seen = await asyncio.wait_for(watcher, LAST_LOOK_S)
        return positions if seen is None else positions.seen(seen)

    async def _more(self) -> bool:
        """Did something come while we held the lease, too late for our last look?"""
        head = await in_thread(lambda: read_head(self.state))
        return head.seq > self._seen or await in_thread(lambda: asked(self.state)) != self._notes
