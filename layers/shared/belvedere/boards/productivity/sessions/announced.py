"""Sessions as they are announced: from the log's notices to the messages of the two session channels. Pure.

A session is announced when it comes in, whenever it took place; a stretch of the log announces its last MOST, and
counts the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from belvedere.boards.productivity.events import SESSION, SESSION_IDENTIFYING
from belvedere.boards.productivity.sessions.session import session_of
from belvedere.clock import to_ms
from belvedere.query.listing.rows import ListRow
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.changelog.notices import CHANGES
from belvedere.realtime.channel import NOBODY, Data, Message, ReaderFilter

MOST = 200
LEFT_OUT = "left_out"
BESIDE = ("id", "timestamp", "tokens_in", "tokens_out", "latency_ms", "status_code", "repo_slug")
NAMES = ("developer_id", *SESSION_IDENTIFYING)

Notice = Mapping[str, Any]
Shape = Callable[[Notice], Data]


def session_notices(entries: Iterable[LogEntry]) -> list[Notice]:
    """What entries tell of sessions, in order: new ones, and those revised or taken back."""
    changes = (notice for entry in entries if entry.kind == CHANGES for notice in entry.body["events"])
    return [notice for notice in changes if notice["type"] == SESSION]


def announced(entries: Sequence[LogEntry], kind: str, shape: Shape) -> list[Message]:
    """A message of the type `kind` for each of the last MOST new sessions, after one that counts the others."""
    came = [notice for notice in session_notices(entries) if not {"removed", "revised"} & notice.keys()]
    untold = sum(entry.body.get(LEFT_OUT, 0) for entry in entries if _of_sessions(entry))
    messages = [Message(kind, partial(_for_reader, shape(notice))) for notice in came[-MOST:]]
    more = [Message(LEFT_OUT, partial(_count, came[:-MOST], untold))] if untold or len(came) > MOST else []
    return [*more, *messages]


def new_session(notice: Notice) -> Data:
    """`new_session`: the documented six fields, and what else is known of it."""
    whole = finished_session(notice)
    return {
        **{name: whole[name] for name in ("session_id", "developer_id", "model", "cost_usd")},
        "tokens": whole["total_tokens"],
        "accepted": whole["accepted_flag"],
        **{name: whole[name] for name in BESIDE},
    }


def finished_session(notice: Notice) -> Data:
    """`session_completed`: the client's `Session`, as the list of sessions has it."""
    shown = {"cost_usd": 0.0, **notice, "total_tokens": notice["tokens_in"] + notice["tokens_out"]}
    return session_of(ListRow(notice["id"], to_ms(datetime.fromisoformat(notice["time"])), shown))


def _of_sessions(entry: LogEntry) -> bool:
    """Is an entry about sessions? All its events are of one type, as those of a partition that is folded are."""
    return bool(session_notices([entry]))


def _hears(wanted: ReaderFilter, developer: str | None) -> bool:
    """Does a reader hear of a developer's session? Who may see nobody's name hears of every one, without names."""
    return wanted.sees(developer) or (wanted.board and wanted.users == NOBODY)


async def _for_reader(data: Data, wanted: ReaderFilter) -> Data | None:
    if not _hears(wanted, data["developer_id"]):
        return None
    return data if wanted.knows(data["developer_id"]) else data | dict.fromkeys(NAMES)


async def _count(came: Sequence[Notice], untold: int, wanted: ReaderFilter) -> Data | None:
    """How many of those left out a reader would have heard; of some it is not known whose they are."""
    count = untold * wanted.board + sum(_hears(wanted, notice.get("user")) for notice in came)
    return {"count": count} if count else None
