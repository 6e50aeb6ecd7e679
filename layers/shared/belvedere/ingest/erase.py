"""Erases one user: deletes the raw events; the fold takes them out of the totals, the recount out of distinct rows.

The days to look at are told by the rollups. An event that is not folded yet is not in them: a caller who must be sure
runs it again once the watermark has passed the last event, until nothing is found.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from belvedere.boards.base.families import Family, Grain
from belvedere.clock import DAY_MS
from belvedere.rollups.buckets import day_start
from belvedere.rollups.rawlog import stored_between
from belvedere.rollups.revisions import day_family
from belvedere.rollups.rows import COUNTERS
from belvedere.storage.keys import Key
from belvedere.storage.keys.rollups import rollup_partition
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
        types = sorted({family.event_type for family in self.families})
        found = [key for kind in types for day in self._days(kind, user) for key in self._keys(kind, day, user)]
        self.events.delete_all(found)
        return len(found)

    def _days(self, event_type: str, user: str) -> Iterator[int]:
        """The days on which the user has a row; for a type without rows by user, every day that has events."""
        mine = [family for family in self.families if family.event_type == event_type and family.entity == ENTITY]
        family, entity = (mine[0], user) if mine else (day_family(event_type, self.families), None)
        partition = rollup_partition(self.rollups.workspace, family.name, Grain.DAY, COUNTERS, entity)
        rows = self.rollups.query(partition, consistent=True)
        yield from dict.fromkeys(day_start(str(row["sk"])) for row in rows)

    def _keys(self, event_type: str, day: int, user: str) -> Iterator[Key]:
        for key, event in stored_between(self.events, event_type, day, day + DAY_MS, slices=self.slices):
            if event.user == user:
                yield key
