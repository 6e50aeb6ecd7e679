"""A consistent reader asks for every row consistently; an ordinary one does not pay for it.

Pages need no consistent read: a page is used only where its revision is the present one, which is a row.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from belvedere.boards.learning.progress_update import EVIDENCE_DAYS
from belvedere.boards.learning.responses.summary import SummaryRequest, summary
from belvedere.boards.learning.students import student_days
from belvedere.clock import DAY_MS
from belvedere.query.reader.read import Reader
from belvedere.storage.attributes import Item
from belvedere.time_ranges import TimeRange
from tests.unit.query.memory import MemoryRollups, StateTable
from tests.unit.rollups.builders import NOON, interaction


class Asked(MemoryRollups):
    """Notes how each query was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.consistent: list[bool] = []

    def query(self, pk: str, low: str = "", high: str = "\U0010ffff", **how: Any) -> Iterator[Item]:
        if "+" not in pk:
            self.consistent.append(how.get("consistent", False))
        return super().query(pk, low, high)


@pytest.mark.parametrize("consistent", [True, False])
def test_every_row_of_a_message_is_read_as_consistently_as_asked(consistent: bool) -> None:
    table = Asked()
    table.fold(interaction(at=NOON))
    reader = Reader(table, StateTable(), clock=lambda: NOON, consistent=consistent)  # type: ignore[arg-type]
    found = asyncio.run(summary(SummaryRequest(preset="24h"), reader, NOON + 1))
    assert found["summary"]["total_interactions"] == 1
    asyncio.run(student_days(reader, "u1", TimeRange(NOON - EVIDENCE_DAYS * DAY_MS, NOON)))
    assert set(table.consistent) == {consistent}
