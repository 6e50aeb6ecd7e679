"""Erases one user, or what carries one label: deletes the raw events; the fold takes them out of the totals, the
recount out of distinct rows.

The days to look at are told by the rollups, and by the records of events that were put aside. An event that is not
folded yet is in neither: a caller who must be sure runs it again once the watermark has passed the last event, until
nothing is found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from belvedere.clock import DAY_MS
from belvedere.ingest.event import Event
from belvedere.rollups.aside import read as read_aside
from belvedere.rollups.rawlog import stored_between
from belvedere.rollups.revisions import day_family
from belvedere.rollups.rows import COUNTERS
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.keys import Key
from belvedere.storage.keys.rollups import rollup_partition
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import day_start

ENTITY = "user"


@dataclass(frozen=True)
class Erase:
    """Erases events of one workspace."""

    events: WorkspaceTable
    rollups: WorkspaceTable
    state: WorkspaceTable
    rollup_tables: tuple[RollupTable, ...]
    slices: int

    def run(self, user: str) -> int:
        """Delete a user's raw events; how many were found."""
        deleted = sum(self._delete(kind, lambda event: event.user == user, user) for kind in self._types())
        return deleted + self._delete_aside(user)

    def days(self, user: str) -> dict[str, list[int]]:
        """The UTC days on which a user has events, by event type; of a type without rows by user, as raw events say.

        Days of events that have expired are among them where there are rows by user.
        """
        days_by_type: dict[str, list[int]] = {}
        for kind in self._types():
            days = list(self._days(kind, user))
            days_by_type[kind] = days if self._by_user(kind) else self._with_events(kind, days, user)
        return days_by_type

    def run_labelled(self, name: str, value: str) -> int:
        """Delete the raw events whose property `name`, which their type declares, is `value`; how many were found."""
        types = [kind for kind in self._types() if name in catalog().event_types[kind].properties.__struct_fields__]
        return sum(self._delete(kind, lambda event: event.properties.get(name) == value) for kind in types)

    def _types(self) -> list[str]:
        return sorted({family.event_type for family in self.rollup_tables})

    def _by_user(self, event_type: str) -> bool:
        return any(family.event_type == event_type and family.entity == ENTITY for family in self.rollup_tables)

    def _with_events(self, event_type: str, days: list[int], user: str) -> list[int]:
        return [day for day in days if any(self._keys(event_type, day, lambda event: event.user == user))]

    def _delete_aside(self, user: str) -> int:
        """Delete those of the user's events that were put aside and so are in no rollup."""
        aside = [key for key, record in read_aside(self.state).items() if record.get("user") == user]
        stored = self.events.batch_get(aside, consistent=True, only="pk, sk")
        self.events.delete_all(stored)
        return len(stored)

    def _delete(self, event_type: str, wanted: Callable[[Event], bool], user: str | None = None) -> int:
        days = self._days(event_type, user)
        keys = [key for day in days for key in self._keys(event_type, day, wanted)]
        self.events.delete_all(keys)
        return len(keys)

    def _days(self, event_type: str, user: str | None) -> Iterator[int]:
        """The days on which a user has a row; without a user, or rows by user, every day that has events."""
        of_type = (family for family in self.rollup_tables if family.event_type == event_type)
        of_entities = [family for family in of_type if family.entity == ENTITY]
        by_user = user is not None and of_entities
        family, entity = (of_entities[0], user) if by_user else (day_family(event_type, self.rollup_tables), None)
        partition = rollup_partition(self.rollups.workspace, family.name, Grain.DAY, COUNTERS, entity)
        rows = self.rollups.query(partition, consistent=True)
        yield from dict.fromkeys(day_start(str(row["sk"])) for row in rows)

    def _keys(self, event_type: str, day: int, wanted: Callable[[Event], bool]) -> Iterator[Key]:
        for key, event in stored_between(self.events, event_type, day, day + DAY_MS, slices=self.slices):
            if wanted(event):
                yield key
