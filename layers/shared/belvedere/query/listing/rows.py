"""Rows of a listing as they are stored: in order of time from the events themselves, or from one of their indexes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import chain
from typing import Any

import msgspec

from belvedere.clock import DAY_MS, iso_ms, to_ms
from belvedere.ingest.listed import ROW
from belvedere.schema.rollup_tables import USER, Grain
from belvedere.storage.keys import SEPARATOR
from belvedere.storage.keys.events import event_partition, event_range, listed_partition, order_partition
from belvedere.storage.table import Index, WorkspaceTable
from belvedere.time_buckets import floor
from belvedere.time_ranges import TimeRange

BY_USER = Index("ByUser", "by_user", "sk")
BY_GROUP = Index("ByGroup", "by_group", "sk")
BY_ORDER = (Index("ByOrder1", "order1", "order1_at"), Index("ByOrder2", "order2", "order2_at"))
MOST_AT_ONCE = 1_000

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True)
class ListRow:
    """A listed event: its id, its time (epoch ms), and what is shown of it, with its `user`."""

    id: str
    time: int
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Filters:
    """Which rows are in a list: fields (`user` among them) that equal a text, and ones that are true, or are not."""

    equal: Mapping[str, str]
    flags: Mapping[str, bool]

    @property
    def user(self) -> str | None:
        """The only user whose rows are asked for."""
        return self.equal.get(USER)

    def match(self, row: ListRow) -> bool:
        """Is the row in the list?"""
        if any(row.shown.get(name) != value for name, value in self.equal.items()):
            return False
        return all(bool(row.shown.get(name)) == wanted for name, wanted in self.flags.items())


EVERY = Filters({}, {})


@dataclass(frozen=True)
class ListRows:
    """Reads the rows of one event type of one workspace. Eventually consistent, as far as somebody asks."""

    events: WorkspaceTable
    event_type: str
    slices: int

    def in_time(
        self, time_range: TimeRange, *, user: str | None = None, forward: bool = True, page: int = 0
    ) -> Iterator[ListRow]:
        """Rows of a range in order of time and id; `page` items a call, where it is known how many are needed."""
        if user is not None:
            partition = listed_partition(self.events.workspace, self.event_type, user)
            return self.read(partition, *_between(time_range), index=BY_USER, forward=forward, page=page)
        days = range(floor(time_range.start, Grain.DAY), time_range.end, DAY_MS)
        return chain.from_iterable(
            self._of_day(time_range, day, forward, page) for day in (days if forward else reversed(days))
        )

    def bin(self, index: int, field: str, name: str) -> "IndexBin":
        """The rows whose number is in one bin; `index` says which of the type's orders the number is."""
        return IndexBin(self, BY_ORDER[index], order_partition(self.events.workspace, self.event_type, field, name))

    def in_group(self, name: str) -> Iterator[ListRow]:
        """Rows of one group, in order of time and id."""
        return self.read(listed_partition(self.events.workspace, self.event_type, name), index=BY_GROUP)

    def _of_day(self, time_range: TimeRange, day: int, forward: bool, page: int) -> Iterator[ListRow]:
        """A day's slices side by side."""
        name = iso_ms(day)[:10]
        low, high = _between(TimeRange(max(time_range.start, day), min(time_range.end, day + DAY_MS)))
        slices = (
            self.read(event_partition(self.events.workspace, self.event_type, name, number), low, high, forward=forward,
                      page=page)
            for number in range(self.slices)
        )  # fmt: skip
        return merge(*slices, key=lambda row: (row.time, row.id), reverse=not forward)

    def read(
        self, partition: str, low: str = "", high: str = "", *, index: Index | None = None, forward: bool = True,
        page: int = 0,
    ) -> Iterator[ListRow]:  # fmt: skip
        """Rows of one partition, between two sort keys."""
        limit = min(page, MOST_AT_ONCE)
        pages = self.events.pages(partition, low, high, index=index, forward=forward, limit=limit)
        return filter(None, map(row_of, chain.from_iterable(page_read["Items"] for page_read in pages)))


@dataclass(frozen=True)
class IndexBin:
    """The entries of one bin of a number, in order of number, time and id."""

    of: ListRows
    index: Index
    partition: str

    def rows(self, low: str = "", high: str = "", *, forward: bool = True, page: int = 0) -> Iterator[ListRow]:
        """Its rows between two of the index's sort keys."""
        return self.of.read(self.partition, low, high, index=self.index, forward=forward, page=page)


def row_of(item: Mapping[str, Mapping[str, Any]]) -> ListRow | None:
    """The row of an item in DynamoDB's JSON; None of an event that was stored before its type was listed."""
    if ROW not in item:
        return None
    time, _, name = item["sk"]["S"].partition(SEPARATOR)
    return ListRow(name, to_ms(datetime.fromisoformat(time)), _decode(item[ROW]["S"]))


def sorted_rows(rows: Iterable[ListRow], order: str | None, *, descending: bool) -> list[ListRow]:
    """Rows by a number (None for time), then by time, then by id: one order, and its exact reverse."""
    return sorted(rows, key=partial(_rank, order), reverse=descending)


def _rank(order: str | None, row: ListRow) -> tuple[float, int, str]:
    return (row.shown[order] if order else 0, row.time, row.id)


def _between(time_range: TimeRange) -> tuple[str, str]:
    return event_range(iso_ms(time_range.start), iso_ms(time_range.end - 1))
