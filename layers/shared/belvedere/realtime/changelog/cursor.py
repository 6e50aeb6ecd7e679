"""Where a reader stands in a workspace's log: `<birth>.<seq>`, or within a stretch of it `<birth>.<seq>.<upto>.<sent>`.

A push tells a stretch of changes in one or more messages. Each message carries the cursor that asks for what follows
it, so a reader cut off between two messages of a stretch gets the second, and not the first again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from belvedere.errors import Invalid
from belvedere.realtime.changelog.log import MOST_READ, WINDOW_MS, Head, LogEntry, entries
from belvedere.storage.table import WorkspaceTable

_FORM = re.compile(r"([0-9a-f]{8})\.(\d{1,15})(?:\.(\d{1,15})\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `seq` was received; of the stretch (`seq`, `upto`], its first `part` messages as well.

    `birth` names the log: numbers of a log that was lost and begun again mean nothing.
    """

    birth: str
    seq: int
    upto: int = 0
    sent: int = 0

    def __str__(self) -> str:
        whole = f"{self.birth}.{self.seq}"
        return f"{whole}.{self.upto}.{self.sent}" if self.sent else whole


def parse(text: str, field: str = "cursor") -> Cursor:
    """The inverse of `str`. Raises Invalid on what no message carried."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise Invalid(f"{field}: give back the cursor of the last message, unchanged")
    birth, seq, upto, sent = match.groups(default="0")
    cursor = Cursor(birth, int(seq), int(upto), int(sent))
    if cursor.sent and cursor.upto <= cursor.seq:
        raise Invalid(f"{field}: give back the cursor of the last message, unchanged")
    return cursor


@dataclass(frozen=True, slots=True)
class LogRange:
    """Entries after `after` up to `upto`, of whose messages the reader has the first `sent`."""

    after: int
    upto: int
    entries: Sequence[LogEntry]
    sent: int = 0


def replay(state: WorkspaceTable, cursor: Cursor, head: Head, now: int) -> list[LogRange] | None:
    """The stretches from a cursor towards the head, none when nothing was missed; None when they are not kept any more.

    Of many entries these are the first MOST_READ or so: a reader goes on from there. A stretch that was begun is
    always whole, or its cursors would mean something else.
    """
    if cursor.birth != head.birth or max(cursor.seq, cursor.upto) > head.seq:
        return None
    begun = cursor.upto if cursor.sent else cursor.seq
    reach = min(head.seq, max(begun, cursor.seq + MOST_READ))
    read = list(entries(state, cursor.seq, reach))
    if len(read) != reach - cursor.seq or any(entry.at <= now - WINDOW_MS for entry in read):
        return None
    first = [entry for entry in read if entry.seq <= begun]
    rest = [entry for entry in read if entry.seq > begun]
    stretches = [LogRange(cursor.seq, begun, first, cursor.sent)] if first else []
    return [*stretches, *([LogRange(begun, reach, rest)] if rest else [])]
