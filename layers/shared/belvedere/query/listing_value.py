"""A page in order of a number: counts by bin tell in which bins it is, and each is read from the end that is nearer.

A bin holds numbers within 2 % of each other. Where they are all equal, as those of free calls are, its rows are in the
order of time, so that counts by day and hour lead further into it. Different numbers in one bin have to be passed over:
up to half of the bin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from belvedere.clock import iso_ms
from belvedere.ingest.listed import sortable
from belvedere.query.listing_counts import CountedBins
from belvedere.query.listing_place import Stretch, places
from belvedere.query.listing_rows import Row, Rows
from belvedere.query.listing_time import time_page
from belvedere.query.ranges import TimeRange
from belvedere.rollups.histogram import bin_index
from belvedere.storage.attributes import Item
from belvedere.storage.keys import AFTER, order_sort
from belvedere.storage.parallel import side_by_side

Values = Mapping[str, float | None]  # by bin; None for a bin of several numbers

LONG_WAY = 100  # entries; a bin is asked whether its numbers are equal where more than these are to be passed


@dataclass(frozen=True)
class InBin:
    """The part of a page that is in one bin: `number` rows of the list are there, `skip` are passed, `take` taken."""

    bin: str
    number: int
    skip: int
    take: int

    @property
    def passes(self) -> int:
        """How many of the list are looked at, from the nearer end."""
        return min(self.skip + self.take, self.number - self.skip)


@dataclass(frozen=True)
class Located:
    """Where a page is; `days` are the rows that told."""

    total: int
    parts: tuple[InBin, ...]
    days: tuple[Item, ...]


@dataclass(frozen=True)
class ValueOrder:
    """One list in order of a number; `index` says which of its type's orders that is."""

    rows: Rows
    bins: CountedBins
    index: int
    range: TimeRange
    descending: bool

    def located(self, offset: int, limit: int) -> Located:
        """The bins that hold the page."""
        days = self.bins.days(self.range)
        counts = self.bins.bins(days, self.range, lambda part: list(self.rows.in_time(part)))
        ordered = sorted(counts, key=bin_index, reverse=self.descending)
        total = sum(counts.values())
        found = places((counts[name] for name in ordered), offset, min(limit, total - offset))
        parts = (InBin(ordered[at], counts[ordered[at]], skip, take) for at, skip, take in found)
        return Located(total, tuple(parts), days)

    def only_values(self, found: Located, thinned: float) -> Values:
        """What is the one number of each bin; only one of `thinned` entries of the index is in the list."""
        return dict(side_by_side(lambda part: (part.bin, self._only_value(part, thinned)), found.parts))

    def reads(self, found: Located, values: Values, thinned: float) -> int:
        """About how many entries of the index have to be read."""
        several = (part for part in found.parts if values[part.bin] is None)
        return round(sum(part.passes for part in several) * thinned)

    def page(self, found: Located, values: Values, thinned: float) -> list[Row]:
        """The rows of a located page."""
        near = [part for part in found.parts if values[part.bin] is None]
        read = dict(side_by_side(lambda part: (part.bin, self._nearer(part, thinned)), near))
        for part in found.parts:
            if (value := values[part.bin]) is not None:
                read[part.bin] = self._by_time(part, value, found.days)
        return list(chain.from_iterable(read[part.bin] for part in found.parts))

    def _only_value(self, part: InBin, thinned: float) -> float | None:
        """The one number of a bin; None where there are several, or too few rows to ask."""
        if part.passes * thinned <= LONG_WAY:
            return None
        ends = (next(self._in_bin(part.bin, forward=way, page=1), None) for way in (True, False))
        first, last = ({row.shown[self.bins.field]} if row else set() for row in ends)
        return first.pop() if first and first == last else None

    def _nearer(self, part: InBin, thinned: float) -> list[Row]:
        """The part's rows, passing over what is before them or, if that is less, behind them."""
        before, behind = part.skip, part.number - part.skip - part.take
        forward, turned = not self.descending, behind < before
        page = round((min(before, behind) + part.take) * thinned) + 1
        entries = self._in_bin(part.bin, forward=forward != turned, page=page)
        skip = behind if turned else before
        rows = list(islice(filter(self._listed, entries), skip, skip + part.take))
        return rows[::-1] if turned else rows

    def _by_time(self, part: InBin, value: float, days: tuple[Item, ...]) -> list[Row]:
        counted = self.bins.bin(part.bin, days)

        def read(stretch: Stretch) -> Iterator[Row]:
            low, high = equal_range(value, TimeRange(stretch.start, stretch.end))
            return self._in_bin(part.bin, low, high, forward=not self.descending, page=stretch.look)

        def edge(cut: TimeRange) -> list[Row]:
            return list(self._in_bin(part.bin, *equal_range(value, cut), forward=True))

        buckets = counted.within(self.range, edge)
        return time_page(counted, read, buckets, part.skip, part.take, descending=self.descending, across=True)

    def _listed(self, row: Row) -> bool:
        return self.range.start <= row.time < self.range.end and self.bins.filters.match(row)

    def _in_bin(self, name: str, low: str = "", high: str = "", *, forward: bool, page: int = 0) -> Iterator[Row]:
        return self.rows.in_bin(self.index, self.bins.field, name, low=low, high=high, forward=forward, page=page)


def equal_range(value: float, part: TimeRange) -> tuple[str, str]:
    """First and last sort key, in the index of a number, of the rows of a range that have it."""
    number = sortable(value)
    return order_sort(number, iso_ms(part.start)), order_sort(number, iso_ms(part.end - 1) + AFTER)
