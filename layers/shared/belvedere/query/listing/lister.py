"""Lists raw events page by page: any page costs about the same, wherever it is, and the whole is counted, not read.

In order of time, counts by day and minute tell where a page begins. In order of a number, counts by bin do, and the
page is read from the index by that number. What no rollup counts (a filter by a property without one, a number's order
for one user) is read and sorted as far as it is small, which the rollups tell before; beyond that it is refused.

`total` is what the rollups count as stored; an event is in it within a second or two of its arrival. Until then it may
be seen, and what stands behind it is one place further on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from belvedere.errors import Invalid
from belvedere.query.listing.bins import CountedBins
from belvedere.query.listing.counts import ListCounts
from belvedere.query.listing.place import ReadSpan, clipped, number_of, overlap
from belvedere.query.listing.rows import EVERY, Filters, ListRow, ListRows, sorted_rows
from belvedere.query.listing.time_counts import CountedCells, CountedRows
from belvedere.query.listing.time_order import time_page
from belvedere.query.listing.value_order import Located, ValueOrder
from belvedere.rollups.changes import stored
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import USER, RollupTable
from belvedere.storage.parallel import side_by_side
from belvedere.storage.tables import Tables
from belvedere.time_ranges import EVER, TimeRange

MOST_READ = 10_000  # events that are read to be sorted, where nothing counts them
MOST_PASSED = 50_000  # entries of an index that a page may take
WHOLE_ITEMS = 3  # an event's item is so many times as large as its entry in an index


@dataclass(frozen=True, kw_only=True)
class ListQuestion:
    """A page of the events of one type: `order` is a number that rows show, or None for time; the range is exact."""

    event_type: str
    filters: Filters = EVERY
    range: TimeRange = EVER
    order: str | None = None
    descending: bool = True
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class ListPage:
    """Rows of a page, out of `total`."""

    rows: list[ListRow]
    total: int


@dataclass(frozen=True)
class Lister:
    """Answers list questions of one workspace; blocking."""

    tables: Tables
    slices: int

    def page(self, question: ListQuestion) -> ListPage:
        """The asked page. Raises Invalid where the list is neither counted nor small."""
        counted = self._counted(question.event_type, question.filters)
        if counted is None or (question.order and (question.filters.flags or question.filters.user)):
            return self._sorted(question)
        return self._by_value(question, counted.family) if question.order else self._in_time(question, counted)

    def _rows(self, question: ListQuestion) -> ListRows:
        return ListRows(self.tables.events, question.event_type, self.slices)

    def _in_time(self, question: ListQuestion, counted: ListCounts) -> ListPage:
        rows, user = self._rows(question), question.filters.user

        def read(stretch: ReadSpan) -> Iterable[ListRow]:
            time_range = TimeRange(stretch.start, stretch.end)
            return rows.in_time(time_range, user=user, forward=not question.descending, page=stretch.look)

        buckets = counted.within(question.range, lambda time_range: list(rows.in_time(time_range, user=user)))
        total = number_of(buckets)
        take = min(question.limit, total - question.offset)
        rows_shown = time_page(
            counted, read, buckets, question.offset, take, descending=question.descending, across=bool(user)
        )
        return ListPage(rows_shown, total)

    def _by_value(self, question: ListQuestion, family: RollupTable) -> ListPage:
        assert question.order is not None
        listing = catalog().event_types[question.event_type].listed
        assert listing is not None
        bins = CountedBins(self.tables.rollups, family, question.filters, question.order)
        index = listing.orders.index(question.order)
        order = ValueOrder(self._rows(question), bins, index, question.range, descending=question.descending)
        located = order.located(question.offset, question.limit)
        limited = question.range != EVER or question.filters.equal
        thinned, inside = self._thinned(question, located) if limited else (1.0, None)
        runs = order.runs(located, thinned)
        reads = order.reads(located, runs, thinned)
        if inside is not None and inside <= MOST_READ and inside * WHOLE_ITEMS < reads:
            return self._sorted(question)  # the stretch of time is less than what the index has between the rows
        if reads > MOST_PASSED:
            raise self._too_many(question, reads, MOST_PASSED)
        return ListPage(order.page(located, runs, thinned), located.total)

    def _thinned(self, question: ListQuestion, located: Located) -> tuple[float, int]:
        """How many events there are for one of the list, and how many in the list's range."""
        every = self._counted(question.event_type, EVERY)
        assert every is not None
        known = every.coarse(EVER)
        inside = number_of(bucket for bucket in known if overlap(bucket, question.range))
        return max(1.0, number_of(known) / max(1, located.total)), inside

    def _sorted(self, question: ListQuestion) -> ListPage:
        """A page of a list that is read whole, sorted and cut."""
        rows, user = self._rows(question), question.filters.user
        counted = self._counted(question.event_type, Filters({USER: user} if user else {}, {}))
        assert counted is not None
        coarse = counted.coarse(question.range)
        buckets = [bucket for bucket in coarse if bucket.passed > 0 and overlap(bucket, question.range)]
        if number_of(buckets) > MOST_READ:
            raise self._too_many(question, number_of(buckets), MOST_READ)
        time_ranges = [question.range] if user else [clipped(bucket, question.range) for bucket in buckets]
        read = side_by_side(
            lambda time_range: list(filter(question.filters.match, rows.in_time(time_range, user=user))), time_ranges
        )
        ordered = sorted_rows(chain.from_iterable(read), question.order, descending=question.descending)
        return ListPage(ordered[question.offset : question.offset + question.limit], len(ordered))

    def _too_many(self, question: ListQuestion, number: int, most: int) -> Invalid:
        """Named is what can be put right: the order, where the list is counted in order of time; else the range."""
        field, why, way = "start_date, end_date", "these filters", "ask for a shorter range"
        if question.order and self._counted(question.event_type, question.filters):
            field, why, way = "sort_by", "this order and these filters", f"{way}, or in order of time"
        return Invalid(f"{field}: {number:,} events would have to be read for {why}, {most:,} at most; {way}")

    def _counted(self, event_type: str, filters: Filters) -> ListCounts | None:
        """What counts a list with these filters, if anything does."""
        for family in stored(catalog().rollup_tables_of(event_type)):
            known = {measure.name for measure in family.measures}
            if len(filters.flags) > 1 or not filters.flags.keys() <= known:
                continue
            if family.entity and filters.equal.keys() <= {family.entity, *family.breakdowns[0].fields}:
                if family.entity in filters.equal:
                    return CountedCells(self.tables.rollups, family, filters)
            elif not family.entity and filters.equal.keys() == {*family.dimensions}:
                return CountedRows(self.tables.rollups, family, filters)
        return None
