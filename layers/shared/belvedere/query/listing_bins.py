"""How many rows of a list have a number in which bin, and when: from the rows of bins of what is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from belvedere.boards.base.families import Family, Grain
from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.listing_counts import Counted, Edge, Tally, asked_for, bucket_name, rollup_rows
from belvedere.query.listing_place import Bucket
from belvedere.query.listing_rows import Filters, Row
from belvedere.query.ranges import EVER, TimeRange
from belvedere.rollups.buckets import WIDTH_MS, bucket_start
from belvedere.rollups.histogram import bin_of, is_bin
from belvedere.rollups.rows import HISTOGRAM, Counts
from belvedere.storage.attributes import Item
from belvedere.storage.table import WorkspaceTable


@dataclass(frozen=True)
class CountedBin(Counted):
    """The events whose number is in one bin, but for some that are known, by day and by hour.

    `days` are the rows of bins by day.
    """

    field: str
    bin_name: str
    days: tuple[Item, ...]
    without: tuple[Row, ...]

    def coarse(self, _: TimeRange) -> list[Bucket]:
        return self._tally(self.days, DAY_MS, EVER)

    def fine(self, bucket: Bucket) -> list[Bucket]:
        if bucket.end - bucket.start < DAY_MS:
            return [bucket]
        part, kind = TimeRange(bucket.start, bucket.end), f"{HISTOGRAM}.{self.field}"
        return self._tally(rollup_rows(self.rollups, self.family, Grain.HOUR, kind, part), HOUR_MS, part)

    def _tally(self, rows: Iterable[Item], width: int, part: TimeRange) -> list[Bucket]:
        found = Tally(width)
        for row in rows:
            number = int(row.get(self.bin_name, 0))
            mine = asked_for(self.family, self.filters, row)
            found.add(bucket_start(bucket_name(row)), number if mine else 0, number)
        for other in self.without:
            counted = other.shown.keys() >= {*self.family.dimensions}
            if counted and part.start <= other.time < part.end:
                found.add(other.time - other.time % width, -self.filters.match(other), -1)
        return [bucket for bucket in found.buckets() if bucket.passed]


@dataclass(frozen=True)
class CountedBins:
    """The events of a list, counted by the bins of a number."""

    rollups: WorkspaceTable
    family: Family
    filters: Filters
    field: str

    def days(self, part: TimeRange) -> tuple[Item, ...]:
        """The rows of bins of all days that a range touches."""
        return tuple(rollup_rows(self.rollups, self.family, Grain.DAY, self._kind, part))

    def bins(self, days: Iterable[Item], part: TimeRange, edge: Edge) -> Counts:
        """How many of the list are in each bin, within a range; what it cuts off of hours is read by `edge`."""
        return self._sum(days, part, edge, Grain.DAY)

    def bin(self, name: str, days: tuple[Item, ...], without: tuple[Row, ...]) -> CountedBin:
        """The same for one bin, by time, but for some rows."""
        return CountedBin(self.rollups, self.family, self.filters, self.field, name, days, without)

    @property
    def _kind(self) -> str:
        return f"{HISTOGRAM}.{self.field}"

    def _sum(self, rows: Iterable[Item], part: TimeRange, edge: Edge, grain: Grain) -> Counts:
        found: Counts = defaultdict(int)
        cut: set[int] = set()
        for row in rows:
            start = bucket_start(bucket_name(row))
            end = start + WIDTH_MS[grain]
            if not (part.start <= start and end <= part.end):
                cut |= {start} if start < part.end and part.start < end else set()
            elif asked_for(self.family, self.filters, row):
                add_bins(found, {name: value for name, value in row.items() if is_bin(name) and isinstance(value, int)})
        for start in sorted(cut):
            inner = TimeRange(max(part.start, start), min(part.end, start + WIDTH_MS[grain]))
            add_bins(found, self._of_cut(inner, edge, grain))
        return found

    def _of_cut(self, inner: TimeRange, edge: Edge, grain: Grain) -> Counts:
        if grain is Grain.DAY:
            rows = rollup_rows(self.rollups, self.family, Grain.HOUR, self._kind, inner)
            return self._sum(rows, inner, edge, Grain.HOUR)
        found: Counts = defaultdict(int)
        for row in edge(inner):
            if self.filters.match(row):
                found[bin_of(row.shown[self.field])] += 1
        return found


def add_bins(found: Counts, more: Counts) -> None:
    """Add counts by name."""
    for name, number in more.items():
        found[name] = found.get(name, 0) + number
