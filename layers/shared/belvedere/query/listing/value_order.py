"""A page in order of a number: counts by bin tell in which bins it is, and each is read from the end that is nearer.

A bin holds numbers within 2 % of each other. Where nearly all are one number, as those of free calls are, its rows are
in order of time, so that counts by day and hour lead further into it: see `listing_run`. Otherwise numbers that differ
have to be passed over: up to half of the bin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from belvedere.query.listing.bins import CountedBins
from belvedere.query.listing.place import places
from belvedere.query.listing.rows import IndexBin, ListRow, ListRows
from belvedere.query.listing.run import Run, run_of, run_page
from belvedere.sketches.histogram import bin_index
from belvedere.storage.attributes import Item
from belvedere.storage.parallel import side_by_side
from belvedere.time_ranges import TimeRange

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
    in_bins: tuple[InBin, ...]
    days: tuple[Item, ...]


@dataclass(frozen=True)
class ValueOrder:
    """One list in order of a number; `index` says which of its type's orders that is."""

    rows: ListRows
    bins: CountedBins
    index: int
    range: TimeRange
    descending: bool

    def located(self, offset: int, limit: int) -> Located:
        """The bins that hold the page."""
        days = self.bins.days(self.range)
        counts = self.bins.bins(days, self.range, lambda time_range: list(self.rows.in_time(time_range)))
        ordered = sorted(counts, key=bin_index, reverse=self.descending)
        total = sum(counts.values())
        positions = places((counts[name] for name in ordered), offset, min(limit, total - offset))
        in_bins = (InBin(ordered[at], counts[ordered[at]], skip, take) for at, skip, take in positions)
        return Located(total, tuple(in_bins), days)

    def runs(self, located: Located, thinned: float) -> Runs:
        """The run of each bin that is worth it; only one of `thinned` entries of the index is in the list."""

        def search(in_bin: InBin) -> tuple[str, Run | None]:
            far = in_bin.passes * thinned > LONG_WAY
            return in_bin.bin, run_of(self._bin(in_bin), self.bins.field) if far else None

        return dict(side_by_side(search, located.in_bins))

    def reads(self, located: Located, runs: Runs, thinned: float) -> int:
        """About how many entries of the index have to be read."""
        several = (in_bin for in_bin in located.in_bins if runs[in_bin.bin] is None)
        return round(sum(in_bin.passes for in_bin in several) * thinned)

    def page(self, located: Located, runs: Runs, thinned: float) -> list[ListRow]:
        """The rows of a located page."""
        near = [in_bin for in_bin in located.in_bins if runs[in_bin.bin] is None]
        read = dict(side_by_side(lambda in_bin: (in_bin.bin, self._nearer(in_bin, thinned)), near))
        for in_bin in located.in_bins:
            if run := runs[in_bin.bin]:
                counted = self.bins.bin(in_bin.bin, located.days, (*run.before, *run.after))
                read[in_bin.bin] = run_page(run, self._bin(in_bin), counted, self.range, in_bin.skip, in_bin.take,
                                            descending=self.descending)  # fmt: skip
        return list(chain.from_iterable(read[in_bin.bin] for in_bin in located.in_bins))

    def _nearer(self, in_bin: InBin, thinned: float) -> list[ListRow]:
        """The part's rows, passing over what is before them or, if that is less, behind them."""
        before, behind = in_bin.skip, in_bin.number - in_bin.skip - in_bin.take
        forward, turned = not self.descending, behind < before
        look = round((min(before, behind) + in_bin.take) * thinned) + 1
        entries = self._bin(in_bin).rows(forward=forward != turned, page=look)
        skip = behind if turned else before
        rows = list(islice(filter(self._listed, entries), skip, skip + in_bin.take))
        return rows[::-1] if turned else rows

    def _listed(self, row: ListRow) -> bool:
        return self.range.start <= row.time < self.range.end and self.bins.filters.match(row)

    def _bin(self, in_bin: InBin) -> IndexBin:
        return self.rows.bin(self.index, self.bins.field, in_bin.bin)
