"""Fetches day pages, as few calls as can be; remembers unpacked ones between requests.

A remembered page is used only while its revision is its day's present one, so memory needs no expiry.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import NamedTuple

from belvedere.clock import DAY_MS
from belvedere.rollups.buckets import bucket_start
from belvedere.rollups.pages import Row, unpack
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable

REMEMBERED = 2_000
FEW_DAYS = 10  # up to so many pages of one form are fetched by their keys, together with those of other forms


class DayPage(NamedTuple):
    """A day's rows as they were at a revision."""

    revision: int
    rows: list[Row]


Pages = dict[Key, DayPage]


class PageMemory:
    """The pages used last, by table and key."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._pages: OrderedDict[tuple[str, Key], DayPage] = OrderedDict()
        self._lock = Lock()

    def among(self, table: str, keys: Iterable[Key]) -> Pages:
        """Those of some pages that are remembered, as they were when they were read."""
        with self._lock:
            held = {key: self._pages.get((table, key)) for key in keys}
            for key, page in held.items():
                if page:
                    self._pages.move_to_end((table, key))
        return {key: page for key, page in held.items() if page}

    def drop(self, table: str, keys: Iterable[Key]) -> None:
        """Forget pages that were overtaken, so that the next request looks for newer ones."""
        with self._lock:
            for key in keys:
                self._pages.pop((table, key), None)

    def put(self, table: str, key: Key, page: DayPage) -> None:
        """Remember a page; the one unused for longest is forgotten."""
        with self._lock:
            self._pages[table, key] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)


MEMORY = PageMemory()


def fetches(table: WorkspaceTable, wanted: Iterable[Key]) -> Iterator[Callable[[], Pages]]:
    """The calls that fetch some pages, valid or not, and remember them.

    Pages of one partition are one query. Of several, those with few days each are one batch: by the page, each billed
    for itself, but one call. So are a few that lie far apart.
    """
    days: dict[str, list[str]] = {}
    for key in wanted:
        days.setdefault(key.pk, []).append(key.sk)
    few = {pk: names for pk, names in days.items() if len(names) <= FEW_DAYS and (len(days) > 1 or _far_apart(names))}
    if few:
        yield partial(_batch, table, [Key(pk, day) for pk, names in few.items() for day in names])
    for pk in days.keys() - few.keys():
        yield partial(_query, table, pk, min(days[pk]), max(days[pk]))


def _far_apart(days: list[str]) -> bool:
    """Would a query over some days pass over more than it finds?"""
    return bucket_start(max(days)) - bucket_start(min(days)) > 2 * len(days) * DAY_MS


def _batch(table: WorkspaceTable, keys: list[Key]) -> Pages:
    return _read(table, table.batch_get(keys).values())


def _query(table: WorkspaceTable, pk: str, first: str, last: str) -> Pages:
    return _read(table, table.query(pk, first, last))


def _read(table: WorkspaceTable, items: Iterable[Item]) -> Pages:
    pages: Pages = {}
    for item in items:
        packed = item["page"]
        assert isinstance(packed, bytes)
        key = Key(str(item["pk"]), str(item["sk"]))
        pages[key] = DayPage(int(item["rev"]), unpack(packed))
        MEMORY.put(table.name, key, pages[key])
    return pages


def valid(pages: Mapping[str, DayPage], present: Mapping[str, int]) -> dict[str, list[Row]]:
    """The rows of the pages whose revision is their day's present one."""
    return {day: rows for day, (revision, rows) in pages.items() if present.get(day) == revision}
