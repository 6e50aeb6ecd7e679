"""Messages as they leave: addressed, numbered, and with the cursor that asks for what follows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from belvedere.clock import iso
from belvedere.realtime.changelog.cursor import Cursor
from belvedere.realtime.channel import Data, Message, ReaderFilter

MOST_BYTES = 120_000  # API Gateway takes 128 KB a message


@dataclass(frozen=True, slots=True)
class Frame:
    """A message with its place: its type and data, the cursor after it, and the whole as it is sent."""

    type: str
    cursor: str
    data: Data
    payload: bytes


async def frames(messages: Sequence[Message], *, channel: str, birth: str, after: int, upto: int, now: int,
                 wanted: ReaderFilter, part: int = 0) -> list[Frame]:  # fmt: skip
    """The frames of a stretch (`after`, `upto`) for one reader who has the first `part` messages.

    Messages are counted before they are picked, so a cursor means the same whatever the reader wants.
    """
    left = messages[part:]
    made = []
    found = await asyncio.gather(*(message.data_for(wanted) for message in left))
    for number, (message, data) in enumerate(zip(left, found, strict=True), start=part + 1):
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
    kept = {other: one for other, one in data.items() if other != name}
    return {**kept, **({name: half} if half else {}), "trimmed": True}
