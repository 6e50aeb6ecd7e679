"""Tells one channel's audience what is new: everybody the same stretch, and those who are behind what they missed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from belvedere.realtime.changelog.cursor import Cursor
from belvedere.realtime.changelog.log import Head
from belvedere.realtime.channel import Message
from belvedere.realtime.connections.audience import Audience, Subscriber
from belvedere.realtime.connections.protocol import heartbeat_messages
from belvedere.realtime.connections.waiting import Waiting
from belvedere.realtime.push.frame_sender import Send, SendOutcome, SendResult
from belvedere.realtime.push.reader import ChannelReader, Frame, FrameBatch, framed
from belvedere.storage.parallel import side_by_side
from belvedere.storage.threads import in_thread

MOST_FAILURES = 3


@dataclass
class Delivery:
    """One round of one channel; `members` is its audience, the numbers count what became of it.

    `unfinished` are those who have more to get than one batch holds, or than there was time for.
    """

    audience: Audience
    reader: ChannelReader
    post: Send
    forget: Callable[[str], None]
    give_up: Callable[[str], None]
    members: Sequence[Subscriber] = ()
    frames: int = 0
    gone: int = 0
    failed: int = 0
    unfinished: int = 0

    @property
    def live(self) -> bool:
        """Is anybody told what everybody is told, and not behind?"""
        return any(member.behind is None for member in self.members)

    async def gathered(self) -> "Delivery":
        """The same with its whole audience read."""
        self.members = await in_thread(lambda: self.audience.members(self.reader.moment.now))
        return self

    async def waiting(self, names: Sequence[str]) -> "Delivery":
        """The same with those of its audience who wait to be served from their own cursor."""
        subscribers = await in_thread(lambda: self.audience.subscribers(names, self.reader.moment.now))
        self.members = [member for member in subscribers if member.behind is not None]
        for name in set(names) - {member.connection for member in self.members}:  # left, or served by now
            await in_thread(partial(Waiting(self.audience.state).forget, self.audience.channel, name))
        return self

    async def tell(self, head: Head, pushed: int, upto: int, *, beat: bool = False) -> None:
        """Bring those who are at `pushed` to `upto`, and those who are behind to the head; `beat` adds a heartbeat."""
        live, batches = str(Cursor(head.birth, pushed)), {}
        for member in sorted(self.members, key=lambda member: member.failures):  # who failed before comes last
            goal = Head(head.birth, upto) if member.behind is None else head
            batch = await self.reader.since(live if member.behind is None else member.behind, goal, member.wanted)
            if beat and batch.whole:
                batch = FrameBatch([*batch.frames, *self._signs(member, goal)], batch.reached, True)
            batches[member.connection] = batch
        ahead = None if upto == head.seq else str(Cursor(head.birth, head.seq))
        await in_thread(lambda: self._send(batches, live, ahead))

    def _signs(self, member: Subscriber, at: Head) -> list[Frame]:
        """Signs of life, with the cursor that a reader has reached, whether or not anything was meant for it."""
        now, place = self.reader.moment.now, str(Cursor(at.birth, at.seq))
        return [framed(Message(kind, data), data, channel=self.audience.channel, cursor=place, now=now)
                for kind, data in heartbeat_messages(member.opened, now).items()]  # fmt: skip

    def _send(self, batches: Mapping[str, FrameBatch], live: str, ahead: str | None) -> None:
        payloads = {name: [frame.payload for frame in batch.frames] for name, batch in batches.items()}
        posted = self.post({name: sent for name, sent in payloads.items() if sent})

        def note(member: Subscriber) -> None:
            self._note(
                member,
                batches[member.connection],
                posted.get(member.connection, SendResult(SendOutcome.SENT, 0)),
                live,
                ahead,
            )

        self.frames += sum(result.sent for result in posted.values())
        side_by_side(note, self.members)

    def _note(self, member: Subscriber, batch: FrameBatch, result: SendResult, live: str, ahead: str | None) -> None:
        """From where one is served next; what did not arrive is sent again from the last frame that did."""
        stands = live if member.behind is None else member.behind
        reached = batch.frames[result.sent - 1].cursor if result.sent else stands
        if result.outcome is SendOutcome.SENT and batch.whole:
            if member.failures or (member.behind is not None and member.behind != ahead):
                self.audience.served(member, ahead if member.behind is not None else None)
        elif result.outcome is SendOutcome.SENT:
            self.unfinished += 1
            self.audience.served(member, batch.reached)
        elif result.outcome is SendOutcome.LATE:
            self.unfinished += 1
            if reached != member.behind:
                self.audience.served(member, reached, member.failures)
        elif result.outcome is SendOutcome.GONE or member.failures + 1 >= MOST_FAILURES:
            self.gone += 1
            (self.forget if result.outcome is SendOutcome.GONE else self.give_up)(member.connection)
        else:
            self.failed += 1
            self.audience.served(member, reached, member.failures + 1)
