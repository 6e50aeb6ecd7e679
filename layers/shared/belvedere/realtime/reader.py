"""What one reader of a channel gets next: the frames since a cursor, or the present state where that cannot be told.

The same for a WebSocket that is behind and for a stream that asks again.
"""

from dataclasses import dataclass, field

from belvedere.query.read import in_thread
from belvedere.realtime.channel import Channel, Message, Moment, Wanted
from belvedere.realtime.cursor import Cursor, parse
from belvedere.realtime.frames import Frame, framed, frames
from belvedere.realtime.log import Head
from belvedere.realtime.missed import Stretch, missed

TOO_LATE = "more was missed than is kept; this is the present state"


@dataclass
class ChannelReader:
    """Reads one channel at one moment; what several readers share is read and made once."""

    channel: Channel
    moment: Moment
    _made: dict[tuple[int, int], list[Message]] = field(default_factory=dict)
    _found: dict[tuple[str, int], list[Stretch] | None] = field(default_factory=dict)

    async def since(self, cursor: str, head: Head, wanted: Wanted) -> list[Frame]:
        """What follows a cursor, up to the head. Raises Invalid for what is no cursor."""
        stretches = await self._missed(cursor, head) if cursor else None
        if stretches is None:
            return await self.snapshot(head, wanted, late=bool(cursor))
        return [frame for part in stretches for frame in await self._stretch(part, head, wanted)]

    async def snapshot(self, head: Head, wanted: Wanted, *, late: bool = False) -> list[Frame]:
        """The present state, marked as such; with the reason, for one who had hoped for what was missed."""
        mark = {"snapshot": True} | ({"resumed": False, "reason": TOO_LATE} if late else {})
        place, made = str(Cursor(head.birth, head.seq)), []
        for message in await self.channel.snapshot(self.moment):
            if (data := await message.data_for(wanted)) is not None:
                made.append(self._framed(message, data | mark, place))
        return made or [self._framed(Message("snapshot", {}), mark, place)]

    async def _missed(self, cursor: str, head: Head) -> list[Stretch] | None:
        if (cursor, head.seq) not in self._found:
            state, now = self.moment.tables.state, self.moment.now
            self._found[cursor, head.seq] = await in_thread(lambda: missed(state, parse(cursor), head, now))
        return self._found[cursor, head.seq]

    async def _stretch(self, part: Stretch, head: Head, wanted: Wanted) -> list[Frame]:
        span = part.after, part.upto
        if span not in self._made:
            self._made[span] = await self.channel.render(self.moment, part.entries)
        return await frames(self._made[span], channel=self.channel.name, birth=head.birth, after=part.after,
                            upto=part.upto, now=self.moment.now, wanted=wanted, part=part.part)  # fmt: skip

    def _framed(self, message: Message, data: dict[str, object], place: str) -> Frame:
        return framed(message, data, channel=self.channel.name, cursor=place, now=self.moment.now)
