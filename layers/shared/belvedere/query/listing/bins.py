"""How many rows of a list have a number in which bin, and when: from the rows of bins of what is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.listing.counts import BucketTally, Edge, ListCounts, asked_for, bucket_name, rollup_rows
from belvedere.query.listing.place import Bucket
from belvedere.query.listing.rows import Filters, ListRow
from belvedere.rollups.rows import HISTOGRAM, Counts
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.sketches.histogram import bin_of, is_bin
from belvedere.storage.attributes import Item
from belvedere.storage.table import WorkspaceTable
from belvedere.time_buckets import WIDTH_MS, bucket_start
from belvedere.time_ranges import EVER, TimeRange


@dataclass(frozen=True)
class CountedBin(ListCounts):
    """The events whose number is in one bin, but for some that are known, by day and by hour.

    `days` are the rows of bins by day.
    """

    field: str
    bin_name: str
    days: tuple[Item, ...]
    without: tuple[ListRow, ...]

    def coarse(self, _: TimeRange) -> list[Bucket]:
        return self._tally(self.days, DAY_MS, EVER)

    def fine(self, bucket: Bucket) -> list[Bucket]:
        if bucket.end - bucket.start < DAY_MS:
            return [bucket]
        time_range, kind = TimeRange(bucket.start, bucket.end), f"{HISTOGRAM}.{self.field}"
        return self._tally(rollup_rows(self.rollups, self.family, Grain.HOUR, kind, time_range), HOUR_MS, time_range)

    def _tally(self, rows: Iterable[Item], width: int, time_range: TimeRange) -> list[Bucket]:
        tally = BucketTally(width)
        for row in rows:
            number = int(row.get(self.bin_name, 0))
            listed = asked_for(self.family, self.filters, row)
            tally.add(bucket_start(bucket_name(row)), number if listed else 0, number)
        for other in self.without:
            counted = other.shown.keys() >= {*self.family.dimensions}
            if counted and time_range.start <= other.time < time_range.end:
                tally.add(other.time - other.time % width, -self.filters.match(other), -1)
        return [bucket for bucket in tally.buckets() if bucket.passed]


@dataclass(frozen=True)
class CountedBins:
    """The events of a list, counted by the bins of a number."""

    rollups: WorkspaceTable
    family: RollupTable
    filters: Filters
    field: str

    def days(self, time_range: TimeRange) -> tuple[Item, ...]:
        """The rows of bins of all days that a range touches."""
        return tuple(rollup_rows(self.rollups, self.family, Grain.DAY, self._kind, time_range))

    def bins(self, days: Iterable[Item], time_range: TimeRange, edge: Edge) -> Counts:
        """How many of the list are in each bin, within a range; what it cuts off of hours is read by `edge`."""
        return self._sum(days, time_range, edge, Grain.DAY)

    def bin(self, name: str, days: tuple[Item, ...], without: tuple[ListRow, ...]) -> CountedBin:
        """The same for one bin, by time, but for some rows."""
        return CountedBin(self.rollups, self.family, self.filters, self.field, name, days, without)

    @property
    def _kind(self) -> str:
        return f"{HISTOGRAM}.{self.field}"

    def _sum(self, rows: Iterable[Item], time_range: TimeRange, edge: Edge, grain: Grain) -> Counts:
        bins: Counts = defaultdict(int)
        cut: set[int] = set()
        for row in rows:
            start = bucket_start(bucket_name(row))
            end = start + WIDTH_MS[grain]
            if not (time_range.start <= start and end <= time_range.end):
                cut |= {start} if start < time_range.end and time_range.start < end else set()
            elif asked_for(self.family, self.filters, row):
                add_bins(bins, {name: value for name, value in row.items() if is_bin(name) and isinstance(value, int)})
        for start in sorted(cut):
            inner = TimeRange(max(time_range.start, start), min(time_range.end, start + WIDTH_MS[grain]))
            add_bins(bins, self._of_cut(inner, edge, grain))
        return bins

    def _of_cut(self, inner: TimeRange, edge: Edge, grain: Grain) -> Counts:
        if grain is Grain.DAY:
            rows = rollup_rows(self.rollups, self.family, Grain.HOUR, self._kind, inner)
            return self._sum(rows, inner, edge, Grain.HOUR)
        bins: Counts = defaultdict(int)
        for row in edge(inner):
            if self.filters.match(row):
                bins[bin_of(row.shown[self.field])] += 1
        return bins


def add_bins(bins: Counts, more: Counts) -> None:
    """Add counts by name."""
    for name, number in more.items():
        bins[name] = bins.get(name, 0) + number
