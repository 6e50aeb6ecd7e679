"""The board's realtime channels: sessions as they come in, in the contract's form and in its client's."""

from collections.abc import Iterable, Sequence

from belvedere.boards.productivity.alerts import WATCHED
from belvedere.boards.productivity.announced import LEFT_OUT, announced, finished_session, new_session
from belvedere.realtime.alerts import ALERT
from belvedere.realtime.channel import Channel, Message, Moment
from belvedere.realtime.log import Entry

NEW, COMPLETED = "new_session", "session_completed"


def alerts(entries: Iterable[Entry]) -> list[Message]:
    """This board's alerts among entries, in order, each for those who may see the developer it is about."""
    ours = (entry.body for entry in entries if entry.kind == ALERT and entry.body["board"] == WATCHED.board)
    return [Message(ALERT, dict(body["alert"]), body.get("user")) for body in ours]


async def sessions(_: Moment, entries: Sequence[Entry]) -> list[Message]:
    """Alerts, and each new session in the contract's short form."""
    return [*alerts(entries), *announced(entries, NEW, new_session)]


async def client(_: Moment, entries: Sequence[Entry]) -> list[Message]:
    """Each new session in the client's form. A trace is told when its call is over, so none is ever `started`."""
    return announced(entries, COMPLETED, finished_session)


async def nothing_yet(_: Moment) -> list[Message]:
    """Sessions of before are asked for by HTTP."""
    return []


__all__ = ["CHANNELS", "WATCHED"]

CHANNELS = (
    Channel(name="productivity.sessions", types=(NEW, LEFT_OUT, ALERT), render=sessions, snapshot=nothing_yet,
            public=True, named=True),
    Channel(name="productivity.client", types=(COMPLETED, LEFT_OUT), render=client, snapshot=nothing_yet, public=True,
            named=True),
)  # fmt: skip
