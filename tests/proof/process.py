"""One fold as a process of its own: its own client, which faults may strike, and no memory between deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belvedere.boards.registry import CATALOG
from belvedere.realtime.changelog.notices import changes_entry
from belvedere.rollups.fold import Fold, FoldReport
from tests.proof.interception import Fault, Faults
from tests.proof.stream import Record

if TYPE_CHECKING:
    from tests.worlds.fold import FoldWorld


@dataclass
class Tally:
    """What an experiment did."""

    deliveries: int = 0
    failures: int = 0
    transactions: int = 0


class Process:
    """Runs deliveries of stream records in this very process."""

    def __init__(self, world: FoldWorld) -> None:
        client = world.lab.connect("dynamodb")
        self.world = world
        self.faults = Faults(client)
        self._fold = Fold(
            world.lab.tampered(client), world.names["ROLLUPS_TABLE"], world.names["STATE_TABLE"],
            CATALOG.rollup_tables_of, changes_entry, world.clock, sleep=lambda seconds: None,
            slots=lambda workspace: world.slot_of,
        )  # fmt: skip

    def deliver(self, batch: list[Record], fault: Fault | None = None) -> FoldReport:
        """One delivery; raises whatever the fold raises."""
        self.world.tally.deliveries += 1
        already = self.faults.transactions
        try:
            with self.faults.striking(fault):
                return self._fold.batch(batch)
        finally:
            self.world.tally.transactions += self.faults.transactions - already
