"""Tells one channel's audience what is new: everybody the same stretch, and those who are behind what they missed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from belvedere.clock import HOUR_MS, MINUTE_MS, iso
from belvedere.query.read import in_thread
from belvedere.realtime.audience import Audience, Subscription
from belvedere.realtime.channel import Data, Message
from belvedere.realtime.cursor import Cursor
from belvedere.realtime.frames import Frame, framed
from belvedere.realtime.log import Head
from belvedere.realtime.post import Outcome, Posted
from belvedere.realtime.reader import ChannelReader

MOST_FAILURES = 3
OLD_MS = 2 * HOUR_MS - 10 * MINUTE_MS

Post = Callable[[Mapping[str, Sequence[bytes]]], Mapping[str, Posted]]


@dataclass
class Delivery:
    """One round of one channel; `members` is its audience, the numbers count what became of it."""

    audience: Audience
    reader: ChannelReader
    post: Post
    forget: Callable[[str], None]
    members: Sequence[Subscription] = ()
    frames: int = 0
    gone: int = 0
    failed: int = 0

    async def gathered(self) -> "Delivery":
        """The same with its audience read."""
        self.members = await in_thread(lambda: self.audience.members(self.reader.moment.now))
        return self

    async def tell(self, head: Head, told: int, upto: int, *, beat: bool = False) -> None:
        """Bring those who are at `told` to `upto`, and those who are behind to the head; `beat` adds a heartbeat."""
        live, letters = str(Cursor(head.birth, told)), {}
        for one in self.members:
            goal = Head(head.birth, upto) if one.behind is None else head
            letter = await self.reader.since(live if one.behind is None else one.behind, goal, one.wanted)
            letters[one.connection] = [*letter, *self._signs(one, goal)] if beat else letter
        ahead = None if upto == head.seq else str(Cursor(head.birth, head.seq))
        await in_thread(lambda: self._send(letters, live, ahead))

    def _signs(self, one: Subscription, at: Head) -> list[Frame]:
        """A sign of life, with the cursor that a reader has reached, whether or not anything was meant for it.

        To a connection that API Gateway will soon close also the advice to open another, from that cursor.
        """
        now, place = self.reader.moment.now, str(Cursor(at.birth, at.seq))
        signs: dict[str, Data] = {"heartbeat": {"timestamp": iso(now)}}
        if now - one.opened > OLD_MS:
            last = iso(one.opened + 2 * HOUR_MS)
            signs["reconnect"] = {"reason": "API Gateway closes connections after two hours", "before": last}
        return [framed(Message(kind, data), data, channel=self.audience.channel, cursor=place, now=now)
                for kind, data in signs.items()]  # fmt: skip

    def _send(self, letters: Mapping[str, Sequence[Frame]], live: str, ahead: str | None) -> None:
        posted = self.post({name: [frame.payload for frame in sent] for name, sent in letters.items() if sent})
        for one in self.members:
            came = posted.get(one.connection, Posted(Outcome.SENT, 0))
            self.frames += came.sent
            self._note(one, letters[one.connection], came, live, ahead)

    def _note(self, one: Subscription, letter: Sequence[Frame], came: Posted, live: str, ahead: str | None) -> None:
        """From where one is served next; what did not arrive is sent again from the last frame that did."""
        if came.outcome is Outcome.SENT:
            if one.failures or (one.behind is not None and one.behind != ahead):
                self.audience.served(one, ahead if one.behind is not None else None)
        elif came.outcome is Outcome.GONE or one.failures + 1 >= MOST_FAILURES:
            self.gone += 1
            self.forget(one.connection)
        else:
            self.failed += 1
            reached = letter[came.sent - 1].cursor if came.sent else one.behind if one.behind is not None else live
            self.audience.served(one, reached, one.failures + 1)
