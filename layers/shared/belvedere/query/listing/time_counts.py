"""Counts the rows of a list by time: all of them by day and in a day by the minute, one user's by the hour."""

from collections import defaultdict
from dataclasses import dataclass

from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS
from belvedere.query.listing.counts import COUNT, BucketTally, ListCounts, asked_for, bucket_name, rollup_rows, share
from belvedere.query.listing.place import Bucket
from belvedere.rollups.cells import cell_numbers
from belvedere.rollups.rows import COUNTERS, Counts, minute_counts
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
from belvedere.time_buckets import bucket_start, day_start, floor
from belvedere.time_ranges import TimeRange


@dataclass(frozen=True)
class CountedRows(ListCounts):
    """Counted by day, and in a day by the minute; all events, or those of some dimension values."""

    def coarse(self, time_range: TimeRange) -> list[Bucket]:
        days = BucketTally(DAY_MS)
        for row in rollup_rows(self.rollups, self.family, Grain.DAY, COUNTERS, time_range):
            counts = {name: value for name, value in row.items() if isinstance(value, int)}
            days.add(bucket_start(bucket_name(row)), self._number(row, counts), counts.get(COUNT, 0))
        return days.buckets()

    def fine(self, bucket: Bucket) -> list[Bucket]:
        if bucket.end - bucket.start < DAY_MS:
            return [bucket]
        minutes = BucketTally(MINUTE_MS)
        for row in rollup_rows(self.rollups, self.family, Grain.HOUR, COUNTERS, TimeRange(bucket.start, bucket.end)):
            hour = bucket_start(bucket_name(row))
            for minute, counts in minute_counts(self.family, row):
                minutes.add(hour + minute * MINUTE_MS, self._number(row, counts), counts.get(COUNT, 0))
        return minutes.buckets()

    def _number(self, row: Item, counts: Counts) -> int:
        return share(self.filters, counts) if asked_for(self.family, self.filters, row) else 0


@dataclass(frozen=True)
class CountedCells(ListCounts):
    """One user's events, counted by the hour; all of them, or those of some values that cells are made of."""

    def coarse(self, time_range: TimeRange) -> list[Bucket]:
        hours = BucketTally(HOUR_MS)
        # The rows are named by the first hour of their part of the day.
        whole = TimeRange(floor(time_range.start, Grain.DAY), time_range.end)
        for row in rollup_rows(self.rollups, self.family, Grain.DAY, COUNTERS, whole, self.filters.user):
            cells: dict[tuple[str, ...], Counts] = defaultdict(dict)
            for cell in cell_numbers(self.family, row):
                counts = cells[cell.values]
                counts[cell.measure] = counts.get(cell.measure, 0) + cell.number  # an hour may be in slots
            for values, counts in cells.items():
                hour, listed = self._named(values)
                number = share(self.filters, counts) if listed else 0
                hours.add(day_start(str(row["sk"])) + hour * HOUR_MS, number, counts.get(COUNT, 0))
        return hours.buckets()

    def _named(self, values: tuple[str, ...]) -> tuple[int, bool]:
        """The hour of a cell, and whether it is of the values that are asked for."""
        named = dict(zip(self.family.breakdowns[0].fields, values, strict=True))
        hour = int(named.pop("hour"))
        return hour, all(self.filters.equal.get(name, value) == value for name, value in named.items())
