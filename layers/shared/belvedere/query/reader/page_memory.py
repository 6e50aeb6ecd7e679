"""Remembers unpacked day pages between requests.

A remembered page is used only while its revision is its day's present one, so memory needs no expiry.
"""

from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from belvedere.rollups.pages import Row
from belvedere.storage.keys import Key

REMEMBERED = 2_000


class DayPage(NamedTuple):
    """A day's rows as they were at a revision."""

    revision: int
    rows: list[Row]


Pages = dict[Key, DayPage]


class PageMemory:
    """The pages used last, by table and key."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._pages: LRUCache[tuple[str, Key], DayPage] = LRUCache(most)
        self._lock = Lock()

    def among(self, table: str, keys: Iterable[Key]) -> Pages:
        """Those of some pages that are remembered, as they were when they were read."""
        with self._lock:
            pages = {key: self._pages.get((table, key)) for key in keys}
        return {key: page for key, page in pages.items() if page}

    def drop(self, table: str, keys: Iterable[Key]) -> None:
        """Forget pages that were overtaken, so that the next request looks for newer ones."""
        with self._lock:
            for key in keys:
                self._pages.pop((table, key), None)

    def put(self, table: str, key: Key, page: DayPage) -> None:
        """Remember a page; the one unused for longest is forgotten."""
        with self._lock:
            self._pages[table, key] = page


MEMORY = PageMemory()
