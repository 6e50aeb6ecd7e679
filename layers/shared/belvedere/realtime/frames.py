"""Messages as they leave: addressed, numbered, and with the cursor that asks for what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from belvedere.clock import iso
from belvedere.realtime.channel import Data, Message, Wanted
from belvedere.realtime.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Frame:
    """A message with its place: its type and data, the cursor after it, and the whole as it is sent."""

    type: str
    cursor: str
    data: Data
    payload: bytes


async def frames(messages: Sequence[Message], *, channel: str, birth: str, after: int, upto: int, now: int,
                 wanted: Wanted, part: int = 0) -> list[Frame]:  # fmt: skip
    """The frames of a stretch (`after`, `upto`) for one reader who has the first `part` messages.

    Messages are counted before they are picked, so a cursor means the same whatever the reader wants.
    """
    made = []
    for number, message in enumerate(messages, start=1):
        data = await message.data_for(wanted) if number > part else None
        if data is not None:
            place = Cursor(birth, upto) if number == len(messages) else Cursor(birth, after, upto, number)
            made.append(framed(message, data, channel=channel, cursor=str(place), now=now))
    return made


def framed(message: Message, data: Data, *, channel: str, cursor: str, now: int) -> Frame:
    """One message as JSON: the documented envelope, and where it stands."""
    about = {"user_id": message.user} if message.user is not None else {}
    body = {"type": message.type, "data": data, "timestamp": iso(now), "channel": channel, "cursor": cursor}
    return Frame(message.type, cursor, data, orjson.dumps(body | about))
