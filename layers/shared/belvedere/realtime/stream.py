"""A channel as server-sent events, from a function that may not stay: what happened since the reader's last event, or,
when nothing did, what happens within a few seconds. The reader comes again by itself, with the id of the last event.

    https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson
from starlette.responses import Response

from belvedere.auth.caller import Caller
from belvedere.clock import SECOND_MS, Clock, iso, now_ms
from belvedere.realtime.changelog.cursor import Cursor, parse
from belvedere.realtime.changelog.log import Head, settled_head
from belvedere.realtime.channel import Channel, Moment, ReaderFilter
from belvedere.realtime.connections.authorization import SubscriptionRequest, authorize, known_channel
from belvedere.realtime.push.reader import ChannelReader, Frame
from belvedere.settings import settings
from belvedere.storage.tables import Tables, tables
from belvedere.storage.threads import in_thread

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 1_000
LOOK_MS = 250

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Stream:
    """One channel of one workspace for one reader."""

    tables: Tables
    channel: Channel
    wanted: ReaderFilter
    clock: Clock
    sleep: Sleep = asyncio.sleep

    async def text(self, cursor: str, hold_ms: int) -> str:
        """The events after `cursor` ("" begins at the present), waiting up to `hold_ms` for the first one."""
        ends = self.clock() + hold_ms
        head = await self._head()
        start = str(parse(cursor, "Last-Event-ID")) if cursor else str(Cursor(head.birth, head.seq))
        looked = -1
        while True:
            if head.seq != looked:
                reader = ChannelReader(self.channel, Moment(self.tables, self.clock()))
                batch = await reader.since(start, head, self.wanted)
                if batch.frames:
                    return written(batch.frames, self.clock())
                start = batch.reached
                if not batch.whole:  # nothing for this reader so far; on to what comes after it
                    continue
                looked = head.seq
            if self.clock() >= ends:
                return written((), self.clock(), at=str(Cursor(head.birth, head.seq)))
            await self.sleep(LOOK_MS / SECOND_MS)
            head = await self._head()

    async def _head(self) -> Head:
        return await in_thread(lambda: settled_head(self.tables.state))


def written(frames: Sequence[Frame], now: int, at: str = "") -> str:
    """Frames as an event stream; a heartbeat, with where the reader stands, when there are none."""
    events = [_event(frame.type, frame.cursor, frame.data) for frame in frames]
    heartbeat = [] if events else [_event("heartbeat", at, {"timestamp": iso(now)})]
    return f"retry: {RETRY_MS}\n\n" + "".join([*events, *heartbeat])


def _event(kind: str, cursor: str, data: object) -> str:
    """JSON has no line breaks of its own, so the data is one line."""
    return f"event: {kind}\nid: {cursor}\ndata: {orjson.dumps(data).decode()}\n\n"


async def streamed(caller: Caller, request: SubscriptionRequest) -> Response:
    """A channel as an answer of server-sent events, for as long as a function may hold it. Raises like `granted`."""
    wanted = await authorize(caller, request, "event_types")
    stream = Stream(tables(caller.workspace), known_channel(str(request.channel)), wanted, now_ms)
    text = await stream.text(request.cursor or "", round(settings().stream_hold_s * SECOND_MS))
    return Response(text, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)
