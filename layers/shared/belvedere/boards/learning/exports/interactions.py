"""Interactions one by one, the newest first, read by key from the raw events.

Days without any are not looked at: the rollups tell which have some. What is read is bounded, and a file is never cut
in silence: whoever wants the newest few says so by `limit`, and learns how many there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from belvedere.boards.learning.events import INTERACTION
from belvedere.boards.learning.exports.export_request import MOST_ROWS, ExportRequest
from belvedere.boards.learning.exports.matching import matches
from belvedere.errors import TooLarge
from belvedere.export.columns import Column, ColumnType
from belvedere.export.sheet import Sheet
from belvedere.ingest.event import Event
from belvedere.query.reader.days import days_with_events
from belvedere.rollups.rawlog import newest_first
from belvedere.storage.tables import Tables
from belvedere.time_ranges import TimeRange

READ_AT_MOST = 50_000
COLUMNS = (
    Column("id"),
    Column("user_id"),
    Column("agent_type"),
    Column("created_at", ColumnType.TIMESTAMP),
    Column("success", ColumnType.BOOLEAN),
    Column("execution_time_ms", ColumnType.NUMBER),
    Column("concept"),
    Column("metadata", ColumnType.JSON),
)
OWN = ("agent_type", "success", "execution_time_ms", "concept")  # properties with a column of their own
LESS = "ask for a shorter range, for some user_ids, agent_types or concepts, or for the newest few with limit"


@dataclass
class Interactions:
    """The rows of one export. `facts`, once they were read, says whether there are more, and how many in all."""

    tables: Tables
    request: ExportRequest
    time_range: TimeRange
    slices: int
    now: int
    total: int | None
    shown: int = field(default=0, init=False)
    truncated: bool = field(default=False, init=False)

    def sheet(self) -> Sheet:
        """The sheet, whose rows are read from the table while it is written."""
        return Sheet(COLUMNS, self.rows(), self.facts)

    def rows(self) -> Iterator[dict[str, Any]]:
        """At most as many as were asked for. Raises TooLarge where they would not be all, and nobody said `limit`."""
        most = self.request.limit or MOST_ROWS
        matching = (event for event in self._read() if matches(self.request, event))
        for event in islice(matching, most):
            self.shown += 1
            yield shown(event)
        self.truncated = self._goes_on(matching)
        if self.truncated and self.request.limit is None:
            many = f"{self.total:,}" if self.total else f"more than {MOST_ROWS:,}"
            raise TooLarge(f"the range has {many} interactions, and one export holds {MOST_ROWS:,}; {LESS}")

    def _goes_on(self, matching: Iterator[Event]) -> bool:
        """Is there another? There may be, where so much would have to be read to know, and the newest were wanted."""
        try:
            return next(matching, None) is not None
        except TooLarge:
            if self.shown == self.request.limit:
                return True
            raise

    def facts(self) -> dict[str, Any]:
        """Whether interactions were left out, and how many match in all: null where no rollup can tell."""
        return {"truncated": self.truncated, "total": self.total if self.truncated else self.shown}

    def _read(self) -> Iterator[Event]:
        days = days_with_events(self.tables.rollups, INTERACTION, self.time_range, self.now)
        events = newest_first(
            self.tables.events, INTERACTION, self.time_range.start, self.time_range.end, slices=self.slices, days=days
        )
        yield from islice(events, READ_AT_MOST)
        if next(events, None) is not None:
            raise TooLarge(f"one export looks at {READ_AT_MOST:,} interactions at most, and the range has more; {LESS}")


def shown(event: Event) -> dict[str, Any]:
    """The documented row; properties without a column of their own are its `metadata`."""
    own = event.properties
    rest = {name: value for name, value in own.items() if name not in OWN}
    return {
        "id": event.id,
        "user_id": event.user,
        "created_at": event.time,
        **{name: own.get(name) for name in OWN},
        "metadata": rest or None,
    }
