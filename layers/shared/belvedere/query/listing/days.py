"""Counts the rows of a list by day, and in a day by the minute."""

from dataclasses import dataclass

from belvedere.clock import DAY_MS, MINUTE_MS
from belvedere.query.listing.counts import COUNT, BucketTally, ListCounts, asked_for, bucket_name, rollup_rows, share
from belvedere.query.listing.place import Bucket
from belvedere.rollups.buckets import bucket_start
from belvedere.rollups.rows import COUNTERS, Counts, minute_counts
from belvedere.schema.rollup_tables import Grain
from belvedere.storage.attributes import Item
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
