"""What one reader of a channel gets next: the frames since a cursor, or the present state where that cannot be told.

The same for a WebSocket that is behind and for a stream that asks again. Readers who want the same from the same place
are told the same frames, made once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from belvedere.realtime.changelog.cursor import Cursor, parse
from belvedere.realtime.changelog.log import Head
from belvedere.realtime.changelog.replay import LogRange, replay
from belvedere.realtime.channel import Channel, Message, Moment, ReaderFilter
from belvedere.realtime.push.frames import Frame, framed, frames
from belvedere.storage.threads import in_thread

TOO_LATE = "more was missed than is kept; this is the present state"
MOST_FRAMES = 200  # a batch
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FrameBatch:
    """The next frames for a reader, the cursor at which they leave it, and whether that is where it was to come."""

    frames: Sequence[Frame]
    reached: str
    whole: bool


@dataclass
class ChannelReader:
    """Reads one channel at one moment; what several readers share is read and made once."""

    channel: Channel
    moment: Moment
    _made: dict[tuple[int, int], list[Message]] = field(default_factory=dict)
    _state: list[Message] | None = None
    _found: dict[tuple[str, int], list[LogRange] | None] = field(default_factory=dict)
    _batches: dict[tuple[str, int, ReaderFilter], FrameBatch] = field(default_factory=dict)

    async def since(self, cursor: str, head: Head, wanted: ReaderFilter) -> FrameBatch:
        """What follows a cursor, up to the head or as far as one batch goes. Raises Invalid for what is no cursor."""
        asked = cursor, head.seq, wanted
        if asked not in self._batches:
            self._batches[asked] = await self._batch(cursor, head, wanted)
        return self._batches[asked]

    async def snapshot(self, head: Head, wanted: ReaderFilter, *, late: bool = False) -> list[Frame]:
        """The present state, marked as such; with the reason, for one who had hoped for what was missed."""
        mark = {"snapshot": True} | ({"resumed": False, "reason": TOO_LATE} if late else {})
        place, made = str(Cursor(head.birth, head.seq)), []
        if self._state is None:
            self._state = await self.channel.snapshot(self.moment)
        for message in self._state:
            if (data := await message.data_for(wanted)) is not None:
                made.append(self._framed(message, data | mark, place))
        return made or [self._framed(Message("snapshot", {}), mark, place)]

    async def _batch(self, cursor: str, head: Head, wanted: ReaderFilter) -> FrameBatch:
        goal = str(Cursor(head.birth, head.seq))
        stretches = await self._missed(cursor, head) if cursor else None
        if stretches is None:
            return FrameBatch(await self.snapshot(head, wanted, late=bool(cursor)), goal, True)
        told = [frame for part in stretches for frame in await self._stretch(part, head, wanted)]
        reach = stretches[-1].upto if stretches else head.seq
        return cut(FrameBatch(told, str(Cursor(head.birth, reach)), reach == head.seq))

    async def _missed(self, cursor: str, head: Head) -> list[LogRange] | None:
        if (cursor, head.seq) not in self._found:
            state, now = self.moment.tables.state, self.moment.now
            self._found[cursor, head.seq] = await in_thread(lambda: replay(state, parse(cursor), head, now))
        return self._found[cursor, head.seq]

    async def _stretch(self, part: LogRange, head: Head, wanted: ReaderFilter) -> list[Frame]:
        span = part.after, part.upto
        if span not in self._made:
            self._made[span] = await self.channel.render(self.moment, part.entries)
        return await frames(self._made[span], channel=self.channel.name, birth=head.birth, after=part.after,
                            upto=part.upto, now=self.moment.now, wanted=wanted, part=part.part)  # fmt: skip

    def _framed(self, message: Message, data: dict[str, object], place: str) -> Frame:
        return framed(message, data, channel=self.channel.name, cursor=place, now=self.moment.now)


def cut(batch: FrameBatch) -> FrameBatch:
    """As much of a batch as is sent at once, and at least one frame of it."""
    size, kept = 0, 0
    for frame in batch.frames[:MOST_FRAMES]:
        size += len(frame.payload)
        if kept and size > MOST_BYTES:
            break
        kept += 1
    if kept == len(batch.frames):
        return batch
    return FrameBatch(batch.frames[:kept], batch.frames[kept - 1].cursor, False)
