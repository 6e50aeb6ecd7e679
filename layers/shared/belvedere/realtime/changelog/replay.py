"""Replays the log from a cursor: the entries since, or None when they are no longer kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from belvedere.realtime.changelog.cursor import Cursor
from belvedere.realtime.changelog.log import MOST_READ, WINDOW_MS, Head, LogEntry, entries
from belvedere.storage.table import WorkspaceTable


@dataclass(frozen=True, slots=True)
class LogRange:
    """Entries after `after` up to `upto`, of whose messages the reader has the first `part`."""

    after: int
    upto: int
    entries: Sequence[LogEntry]
    part: int = 0


def replay(state: WorkspaceTable, cursor: Cursor, head: Head, now: int) -> list[LogRange] | None:
    """The stretches from a cursor towards the head, none when nothing was missed; None when they are not kept any more.

    Of many entries these are the first MOST_READ or so: a reader goes on from there. A stretch that was begun is
    always whole, or its cursors would mean something else.
    """
    if cursor.birth != head.birth or max(cursor.seq, cursor.upto) > head.seq:
        return None
    begun = cursor.upto if cursor.part else cursor.seq
    reach = min(head.seq, max(begun, cursor.seq + MOST_READ))
    found = list(entries(state, cursor.seq, reach))
    if len(found) != reach - cursor.seq or any(entry.at <= now - WINDOW_MS for entry in found):
        return None
    first = [entry for entry in found if entry.seq <= begun]
    rest = [entry for entry in found if entry.seq > begun]
    stretches = [LogRange(cursor.seq, begun, first, cursor.part)] if first else []
    return [*stretches, *([LogRange(begun, reach, rest)] if rest else [])]
