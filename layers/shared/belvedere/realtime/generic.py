"""The channel of everything that happens: each event of the log as it is told, under its own type; and alerts."""

from collections.abc import Sequence

from belvedere.boards.registry import event_types
from belvedere.realtime.channel import Channel, Message, Moment
from belvedere.realtime.log import Entry
from belvedere.realtime.notices import CHANGES

NAME = "events"
ALERT = "alert"


async def render(_: Moment, entries: Sequence[Entry]) -> list[Message]:
    """One message an event, in order."""
    return [message for entry in entries for message in _messages(entry)]


async def snapshot(_: Moment) -> list[Message]:
    """What happened before is not told."""
    return []


def _messages(entry: Entry) -> list[Message]:
    if entry.kind == CHANGES:
        return [Message(notice["type"], notice, notice.get("user")) for notice in entry.body["events"]]
    if entry.kind == ALERT:
        return [Message(ALERT, dict(entry.body["alert"]), entry.body.get("user"))]
    return []


CHANNEL = Channel(name=NAME, types=(*event_types(), ALERT), render=render, snapshot=snapshot)
