"""What one reader of a channel gets next: the frames since a cursor, or the present state where that cannot be told.

The same for a WebSocket that is behind and for a stream that asks again. Readers who want the same from the same place
are told the same frames, made once.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from belvedere.clock import iso
from belvedere.realtime.changelog.cursor import Cursor, LogRange, parse, replay
from belvedere.realtime.changelog.log import Head
from belvedere.realtime.channel import Channel, Data, Message, Moment, ReaderFilter
from belvedere.storage.threads import in_thread

TOO_LATE = "more was missed than is kept; this is the present state"
MOST_FRAMES = 200  # a batch
MOST_BATCH_BYTES = 1_000_000
MOST_BYTES = 120_000  # of one frame; API Gateway takes 128 KB a message


@dataclass(frozen=True, slots=True)
class Frame:
    """A message with its place: its type and data, the cursor after it, and the whole as it is sent."""

    type: str
    cursor: str
    data: Data
    payload: bytes


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
        key = cursor, head.seq, wanted
        if key not in self._batches:
            self._batches[key] = await self._batch(cursor, head, wanted)
        return self._batches[key]

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
        next_frames = [frame for stretch in stretches for frame in await self._stretch(stretch, head, wanted)]
        reach = stretches[-1].upto if stretches else head.seq
        return cut(FrameBatch(next_frames, str(Cursor(head.birth, reach)), reach == head.seq))

    async def _missed(self, cursor: str, head: Head) -> list[LogRange] | None:
        if (cursor, head.seq) not in self._found:
            state, now = self.moment.tables.state, self.moment.now
            self._found[cursor, head.seq] = await in_thread(lambda: replay(state, parse(cursor), head, now))
        return self._found[cursor, head.seq]

    async def _stretch(self, stretch: LogRange, head: Head, wanted: ReaderFilter) -> list[Frame]:
        span = stretch.after, stretch.upto
        if span not in self._made:
            self._made[span] = await self.channel.render(self.moment, stretch.entries)
        return await frames(self._made[span], channel=self.channel.name, birth=head.birth, after=stretch.after,
                            upto=stretch.upto, now=self.moment.now, wanted=wanted, sent=stretch.sent)  # fmt: skip

    def _framed(self, message: Message, data: dict[str, object], place: str) -> Frame:
        return framed(message, data, channel=self.channel.name, cursor=place, now=self.moment.now)


def cut(batch: FrameBatch) -> FrameBatch:
    """As much of a batch as is sent at once, and at least one frame of it."""
    size, count = 0, 0
    for frame in batch.frames[:MOST_FRAMES]:
        size += len(frame.payload)
        if count and size > MOST_BATCH_BYTES:
            break
        count += 1
    if count == len(batch.frames):
        return batch
    return FrameBatch(batch.frames[:count], batch.frames[count - 1].cursor, False)


async def frames(messages: Sequence[Message], *, channel: str, birth: str, after: int, upto: int, now: int,
                 wanted: ReaderFilter, sent: int = 0) -> list[Frame]:  # fmt: skip
    """The frames of a stretch (`after`, `upto`) for one reader who has the first `part` messages.

    Messages are counted before they are picked, so a cursor means the same whatever the reader wants.
    """
    left = messages[sent:]
    made = []
    data_of_messages = await asyncio.gather(*(message.data_for(wanted) for message in left))
    for number, (message, data) in enumerate(zip(left, data_of_messages, strict=True), start=sent + 1):
        if data is not None:
            place = Cursor(birth, upto) if number == len(messages) else Cursor(birth, after, upto, number)
            made.append(framed(message, data, channel=channel, cursor=str(place), now=now))
    return made


def framed(message: Message, data: Data, *, channel: str, cursor: str, now: int) -> Frame:
    """One message as JSON: the documented envelope, and where it stands. What no frame could hold is trimmed."""
    about = {"user_id": message.user} if message.user is not None else {}
    body = {"type": message.type, "data": data, "timestamp": iso(now), "channel": channel, "cursor": cursor} | about
    payload = orjson.dumps(body)
    while len(payload) > MOST_BYTES:
        data = _trimmed(data)
        payload = orjson.dumps(body | {"data": data})
    return Frame(message.type, cursor, data, payload)


def _trimmed(data: Data) -> Data:
    """The same with the largest of its parts halved, where it is a list or a text, or else left out."""
    name = max((name for name in data if name != "trimmed"), key=lambda name: len(orjson.dumps(data[name])))
    value = data[name]
    half = value[: len(value) // 2] if isinstance(value, list | str) else None
    others = {other: content for other, content in data.items() if other != name}
    return {**others, **({name: half} if half else {}), "trimmed": True}
