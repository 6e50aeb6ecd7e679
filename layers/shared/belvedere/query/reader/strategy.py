"""The strategies of a reader: each fetches the scans of a plan that it can answer, in a way of its own.

The first strategy that can answer a scan fetches it. They are listed, the most specific first, in `Reader.strategies`:
`RankedHours` and `TopK` (top_k), `Members`, `DayCounters` and `Rows` (rows), `DayPages` (day_pages).
"""

from typing import Protocol

from belvedere.query.planner.plan import Scan
from belvedere.storage.attributes import Item


class Strategy(Protocol):
    """One way to fetch rows."""

    def answers(self, scan: Scan) -> bool:
        """Can this fetch all rows of the scan?"""

    async def fetch(self, scan: Scan) -> list[Item]:
        """The rows of a scan that this answers, in any order."""
