"""Erases one user: deletes the raw events; the fold takes them out of the totals, the recount out of distinct rows.

The days to look at are those on which the user has rows. An event that is not folded yet has none: a caller who must
be sure runs it again once the watermark has passed the last event, until nothing is found.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from belvedere.boards.base import Family, Grain
from belvedere.clock import DAY_MS
from belvedere.rollups.buckets import bucket_start
from belvedere.rollups.deltas import COUNTERS
from belvedere.rollups.rawlog import stored_between
from belvedere.storage.keys import Key, rollup_partition
from belvedere.storage.table import WorkspaceTable

ENTITY = "user"


@dataclass(frozen=True)
class Erase:
    """Erases users of one workspace."""

    events: WorkspaceTable
    rollups: WorkspaceTable
    families: tuple[Family, ...]
    slices: int

    def run(self, user: str) -> int:
        """Delete a user's raw events; how many were found."""
        found = [key for family in self._families() for day in self._days(family, user)
                 for key in self._keys(family.event_type, day, user)]  # fmt: skip
        self.events.delete_all(found)
        return len(found)

    def _families(self) -> list[Family]:
        """One family of rows by user for each event type."""
        return list({family.event_type: family for family in self.families if family.entity == ENTITY}.values())

    def _days(self, family: Family, user: str) -> Iterator[int]:
        partition = rollup_partition(self.rollups.workspace, family.name, Grain.DAY, COUNTERS, user)
        return (bucket_start(str(row["sk"])) for row in self.rollups.query(partition, consistent=True))

    def _keys(self, event_type: str, day: int, user: str) -> Iterator[Key]:
        for key, event in stored_between(self.events, event_type, day, day + DAY_MS, slices=self.slices):
            if event.user == user:
                yield key
