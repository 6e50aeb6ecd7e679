"""The board's realtime channels: `learning` for its WebSocket, `learning.stream` for its server-sent events.

Both tell the same log: what happened (`metrics_update`, or `dashboard_update` on the stream), how students are doing
now (`student_progress`), and alerts.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from belvedere.boards.learning.alerts import WATCHED
from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.boards.learning.progress_update import progress_update
from belvedere.boards.learning.responses.summary import SummaryRequest, summary
from belvedere.clock import iso
from belvedere.query.reader.read import Reader
from belvedere.realtime.alerts.evaluator import ALERT
from belvedere.realtime.changelog.log import LogEntry
from belvedere.realtime.changelog.notices import CHANGES, batch_notices
from belvedere.realtime.channel import NOBODY, Channel, Data, Message, Moment, ReaderFilter, once

OURS = (INTERACTION, HINT)

Notice = Mapping[str, Any]


def notices(entries: Iterable[LogEntry]) -> list[Notice]:
    """This board's changes among entries, in order."""
    changes = (notice for entry in entries if entry.kind == CHANGES for notice in entry.body["events"])
    return [notice for notice in changes if notice["type"] in OURS]


def alerts(entries: Iterable[LogEntry]) -> list[Message]:
    """This board's alerts among entries, in order; one about a student goes to those who may see the student."""
    ours = (entry.body for entry in entries if entry.kind == ALERT and entry.body["board"] == WATCHED.board)
    return [Message(ALERT, dict(body["alert"]), body.get("user")) for body in ours]


async def live(moment: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Alerts, the progress of each student who did something, and what all of it comes to."""
    changes = notices(entries)
    students = sorted({notice["user"] for notice in changes if notice["type"] == INTERACTION and "user" in notice})
    progress = [
        Message("student_progress", once(partial(_progress, moment, student, changes)), student) for student in students
    ]
    metrics = await _metrics(moment) if changes else {}
    updates = [Message("metrics_update", metrics | _happened(batch)) for batch in batch_notices(changes)]
    if updates and (more := sum(entry.body.get("left_out", 0) for entry in entries if entry.kind == CHANGES)):
        updates[-1] = Message("metrics_update", {**dict(updates[-1].data), "left_out": more})  # type: ignore[arg-type]
    return [*alerts(entries), *progress, *updates]


async def snapshot(moment: Moment) -> list[Message]:
    """The present totals."""
    return [Message("metrics_update", await _metrics(moment) | _happened(()))]


async def stream(moment: Moment, entries: Sequence[LogEntry]) -> list[Message]:
    """Alerts, and the events themselves; a reader of one user gets that user's."""
    batches = batch_notices(notices(entries))
    updates = [Message("dashboard_update", partial(_events, moment, batch)) for batch in batches]
    return [*alerts(entries), *updates]


async def stream_snapshot(moment: Moment) -> list[Message]:
    """Nothing has happened yet, as far as this reader knows."""
    return [Message("dashboard_update", {"events": [], "timestamp": iso(moment.now)})]


async def _metrics(moment: Moment) -> Data:
    """The summary's numbers over the last day."""
    reader = Reader(moment.tables.rollups, moment.tables.state, consistent=True)
    totals = (await summary(SummaryRequest(preset="24h"), reader, moment.now))["summary"]
    return {"summary": totals, "active_users_count": totals["active_users"]}


def _happened(batch: Sequence[Notice]) -> Data:
    """What a message covers: how many interactions, and the changes themselves."""
    recent = sum(notice["type"] == INTERACTION and "removed" not in notice for notice in batch)
    return {"recent_interactions": recent, "changes": _nameless(batch)}


async def _events(moment: Moment, batch: Sequence[Notice], wanted: ReaderFilter) -> Data | None:
    events = _visible(batch, wanted)
    return {"events": events, "timestamp": iso(moment.now)} if events else None


def _visible(changes: Sequence[Notice], wanted: ReaderFilter) -> Sequence[Notice]:
    """The changes for one reader: all, those of the wanted users, or all without names for who may see none."""
    if wanted.board and wanted.users is None:
        return changes
    if wanted.board and wanted.users == NOBODY:
        return _nameless(changes)
    return [change for change in changes if "user" in change and wanted.sees(change["user"])]


def _nameless(changes: Sequence[Notice]) -> list[Notice]:
    return [{name: value for name, value in change.items() if name != "user"} for change in changes]


async def _progress(moment: Moment, student: str, batch: Sequence[Notice]) -> Data:
    return await progress_update(moment, student, [notice for notice in batch if notice.get("user") == student])


__all__ = ["CHANNELS", "WATCHED"]

CHANNELS = (
    Channel(name="learning", types=("metrics_update", "alert", "student_progress"), render=live, snapshot=snapshot,
            public=True),
    Channel(name="learning.stream", types=("dashboard_update", "alert"), render=stream, snapshot=stream_snapshot,
            public=True),
)  # fmt: skip
