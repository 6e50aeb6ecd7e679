"""How many rows a list has, and when: read from the rollups that count what is stored.

Counts of whole days, hours and minutes come from rollup rows; only what a range cuts off inside of the narrowest bucket
is counted by reading the events there (`edge`).
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from belvedere.query.listing.place import Bucket
from belvedere.query.listing.rows import Filters, ListRow
from belvedere.rollups.rows import Counts
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, SEPARATOR
from belvedere.storage.keys.rollups import rollup_partition, split_rollup_sort
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange

COUNT = "count"

Edge = Callable[[TimeRange], list[ListRow]]


@dataclass(frozen=True)
class ListCounts(ABC):
    """What counts the rows of a list; `family` has a row for each bucket (and dimension value, and user)."""

    rollups: WorkspaceTable
    family: RollupTable
    filters: Filters

    def within(self, time_range: TimeRange, edge: Edge) -> list[Bucket]:
        """The buckets of a range in order of time, as wide as can be; `edge` reads the rows of a stretch."""
        return list(self._cut(self.coarse(time_range), time_range, edge))

    @abstractmethod
    def coarse(self, time_range: TimeRange) -> list[Bucket]:
        """The widest buckets there are, at least those that a range touches, in order; empty ones may lack."""

    def fine(self, bucket: Bucket) -> list[Bucket]:
        """What a bucket is made of; the bucket itself where nothing finer is counted."""
        return [bucket]

    def _cut(self, buckets: Iterable[Bucket], time_range: TimeRange, edge: Edge) -> Iterator[Bucket]:
        for bucket in buckets:
            if time_range.start <= bucket.start and bucket.end <= time_range.end:
                yield bucket
            elif bucket.start < time_range.end and time_range.start < bucket.end:
                finer = self.fine(bucket)
                yield from (
                    self._cut(finer, time_range, edge) if finer != [bucket] else self._read(bucket, time_range, edge)
                )

    def _read(self, bucket: Bucket, time_range: TimeRange, edge: Edge) -> Iterator[Bucket]:
        cut = TimeRange(max(bucket.start, time_range.start), min(bucket.end, time_range.end))
        rows = edge(cut)
        yield Bucket(cut.start, cut.end, sum(map(self.filters.match, rows)), len(rows))


def rollup_rows(
    rollups: WorkspaceTable,
    family: RollupTable,
    grain: Grain,
    kind: str,
    time_range: TimeRange,
    entity: str | None = None,
) -> Iterator[Item]:
    """The rows of one kind whose buckets a range touches."""
    partition = rollup_partition(rollups.workspace, family.name, grain, kind, entity)
    return rollups.query(partition, bucket_of(time_range.start, grain), bucket_of(time_range.end - 1, grain) + AFTER)


def bucket_name(row: Item) -> str:
    """The bucket of a rollup row."""
    return str(row["sk"]).partition(SEPARATOR)[0]


def asked_for(family: RollupTable, filters: Filters, row: Item) -> bool:
    """Is it a row of the dimension values that are asked for?"""
    dims = zip(family.dimensions, split_rollup_sort(str(row["sk"]))[1], strict=True)
    return all(filters.equal.get(name, value) == value for name, value in dims)


class BucketTally:
    """Buckets of one width while they are counted."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._found: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, start: int, number: int, passed: int) -> None:
        """Count rows of a bucket: those of the list, and all."""
        counted = self._found[start]
        counted[0] += number
        counted[1] += passed

    def buckets(self) -> list[Bucket]:
        """All of them in order of time."""
        return [Bucket(start, start + self._width, *self._found[start]) for start in sorted(self._found)]


def share(filters: Filters, counts: Counts) -> int:
    """How many of counted events are in a list; at most one flag, which is a counter of its own."""
    number = counts.get(COUNT, 0)
    for name, wanted in filters.flags.items():
        true = counts.get(name, 0)
        number = true if wanted else number - true
    return number
