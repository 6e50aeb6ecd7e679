"""A page in order of a number: counts by bin tell in which bins it is, and each is read from the end that is nearer.

A bin holds numbers within 2 % of each other. Where nearly all are one number, as those of free calls are, its rows are
in order of time, so that counts by day and hour lead further into it: see `listing_run`. Otherwise numbers that differ
have to be passed over: up to half of the bin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from belvedere.query.listing_bins import CountedBins
from belvedere.query.listing_place import places
from belvedere.query.listing_rows import Bin, Row, Rows
from belvedere.query.listing_run import Run, run_of, run_page
from belvedere.query.ranges import TimeRange
from belvedere.rollups.histogram import bin_index
from belvedere.storage.attributes import Item
from belvedere.storage.parallel import side_by_side

Runs = Mapping[str, Run | None]  # by bin

LONG_WAY = 100  # entries; a bin is searched for a run where more than these are to be passed


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

    def runs(self, found: Located, thinned: float) -> Runs:
        """The run of each bin that is worth it; only one of `thinned` entries of the index is in the list."""

        def search(part: InBin) -> tuple[str, Run | None]:
            far = part.passes * thinned > LONG_WAY
            return part.bin, run_of(self._bin(part), self.bins.field) if far else None

        return dict(side_by_side(search, found.parts))

    def reads(self, found: Located, runs: Runs, thinned: float) -> int:
        """About how many entries of the index have to be read."""
        several = (part for part in found.parts if runs[part.bin] is None)
        return round(sum(part.passes for part in several) * thinned)

    def page(self, found: Located, runs: Runs, thinned: float) -> list[Row]:
        """The rows of a located page."""
        near = [part for part in found.parts if runs[part.bin] is None]
        read = dict(side_by_side(lambda part: (part.bin, self._nearer(part, thinned)), near))
        for part in found.parts:
            if run := runs[part.bin]:
                counted = self.bins.bin(part.bin, found.days, (*run.before, *run.after))
                read[part.bin] = run_page(run, self._bin(part), counted, self.range, part.skip, part.take,
                                          descending=self.descending)  # fmt: skip
        return list(chain.from_iterable(read[part.bin] for part in found.parts))

    def _nearer(self, part: InBin, thinned: float) -> list[Row]:
        """The part's rows, passing over what is before them or, if that is less, behind them."""
        before, behind = part.skip, part.number - part.skip - part.take
        forward, turned = not self.descending, behind < before
        look = round((min(before, behind) + part.take) * thinned) + 1
        entries = self._bin(part).rows(forward=forward != turned, page=look)
        skip = behind if turned else before
        rows = list(islice(filter(self._listed, entries), skip, skip + part.take))
        return rows[::-1] if turned else rows

    def _listed(self, row: Row) -> bool:
        return self.range.start <= row.time < self.range.end and self.bins.filters.match(row)

    def _bin(self, part: InBin) -> Bin:
        return self.rows.bin(self.index, self.bins.field, part.bin)
