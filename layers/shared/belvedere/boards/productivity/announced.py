"""Sessions as they are announced: from the log's notices to the messages of the two session channels. Pure.

A session is announced when it comes in, whenever it took place; a stretch of the log announces its last MOST, and
counts the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from belvedere.boards.productivity.events import SESSION
from belvedere.realtime.channel import Data, Message, Wanted
from belvedere.realtime.log import Entry
from belvedere.realtime.notices import CHANGES

MOST = 200
LEFT_OUT = "left_out"
NAMES = ("developer_id", "session_id")  # some tools make a session's id of a person's name

Notice = Mapping[str, Any]
Shape = Callable[[Notice], Data]


def session_notices(entries: Iterable[Entry]) -> list[Notice]:
    """What entries tell of sessions, in order: new ones, and those revised or taken back."""
    told = (notice for entry in entries if entry.kind == CHANGES for notice in entry.body["events"])
    return [notice for notice in told if notice["type"] == SESSION]


def announced(entries: Sequence[Entry], kind: str, shape: Shape) -> list[Message]:
    """A message of the type `kind` for each of the last MOST new sessions, after one that counts the others."""
    came = [notice for notice in session_notices(entries) if not {"removed", "revised"} & notice.keys()]
    untold = sum(entry.body.get(LEFT_OUT, 0) for entry in entries if _of_sessions(entry))
    told = [Message(kind, partial(_for_reader, shape(notice))) for notice in came[-MOST:]]
    more = [Message(LEFT_OUT, partial(_count, came[:-MOST], untold))] if untold or len(came) > MOST else []
    return [*more, *told]


def new_session(notice: Notice) -> Data:
    """`new_session`: the documented six fields, and what else is known of it."""
    return {
        "session_id": notice.get("session_id"),
        "developer_id": notice.get("user"),
        "model": notice.get("model"),
        "tokens": notice["tokens_in"] + notice["tokens_out"],
        "cost_usd": notice.get("cost_usd", 0.0),
        "accepted": bool(notice.get("accepted_flag")),
        "id": notice["id"],
        "timestamp": notice["time"],
        **{name: notice.get(name) for name in ("tokens_in", "tokens_out", "latency_ms", "status_code", "repo_slug")},
    }


def finished_session(notice: Notice) -> Data:
    """`session_completed`: the client's `Session`, whose numbers are never null."""
    return {
        "id": notice["id"],
        "session_id": notice.get("session_id"),
        "developer_id": notice.get("user"),
        "timestamp": notice["time"],
        "model": notice.get("model"),
        "tokens_in": notice["tokens_in"],
        "tokens_out": notice["tokens_out"],
        "latency_ms": notice.get("latency_ms", 0.0),
        "status_code": notice.get("status_code"),
        "accepted_flag": bool(notice.get("accepted_flag")),
        "repo_slug": notice.get("repo_slug"),
        "event_date": notice["time"][:10],
        "total_tokens": notice["tokens_in"] + notice["tokens_out"],
        "cost_usd": notice.get("cost_usd", 0.0),
        "diff_ratio": notice.get("diff_ratio"),
        "accepted_lines": notice.get("accepted_lines"),
    }


def _of_sessions(entry: Entry) -> bool:
    """Is an entry about sessions? All its events are of one type, as those of a partition that is folded are."""
    return bool(session_notices([entry]))


def _hears(wanted: Wanted, developer: str | None) -> bool:
    """Does a reader hear of a developer's session? Who may see nobody's name hears of every one, without names."""
    return wanted.sees(developer) or (wanted.board and wanted.users == frozenset())


async def _for_reader(data: Data, wanted: Wanted) -> Data | None:
    if wanted.sees(data["developer_id"]):
        return data
    return data | dict.fromkeys(NAMES) if _hears(wanted, data["developer_id"]) else None


async def _count(came: Sequence[Notice], untold: int, wanted: Wanted) -> Data | None:
    """How many of those left out a reader would have heard; of some it is not known whose they are."""
    count = untold * wanted.board + sum(_hears(wanted, notice.get("user")) for notice in came)
    return {"count": count} if count else None
