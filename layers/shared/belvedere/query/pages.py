"""Reads day pages, and knows which of them still equal their rows; remembers unpacked ones between requests.

A remembered page is used only while its revision is its day's present one, so memory needs no expiry.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

from belvedere.boards.base import Grain
from belvedere.clock import DAY_MS
from belvedere.query.plan import Scan
from belvedere.query.ranges import TimeRange
from belvedere.rollups.buckets import bucket_of, bucket_start
from belvedere.rollups.pages import page_key, unpack
from belvedere.storage.attributes import Item
from belvedere.storage.table import WorkspaceTable

REMEMBERED = 2_000

Page = tuple[int, list[Item]]  # (revision, rows)


class PageMemory:
    """The pages used last, by table, partition and day."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._pages: OrderedDict[tuple[str, str, str], Page] = OrderedDict()
        self._lock = Lock()

    def get(self, table: str, partition: str, day: str) -> Page | None:
        """A page as it was when it was read."""
        with self._lock:
            if page := self._pages.get((table, partition, day)):
                self._pages.move_to_end((table, partition, day))
            return page

    def drop(self, table: str, partition: str, day: str) -> None:
        """Forget a page."""
        with self._lock:
            self._pages.pop((table, partition, day), None)

    def put(self, table: str, partition: str, day: str, page: Page) -> None:
        """Remember a page; the one unused for longest is forgotten."""
        with self._lock:
            self._pages[table, partition, day] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)


MEMORY = PageMemory()


def read_pages(table: WorkspaceTable, scan: Scan, memory: PageMemory = MEMORY) -> dict[str, Page]:
    """The stored pages of a scan's days, valid or not; they are remembered."""
    first, last = scan.low[:10], scan.high[:10]
    partition = page_key(scan.partition, str(scan.form), first).pk
    found: dict[str, Page] = {}
    for item in table.query(partition, first, last):
        packed = item["page"]
        assert isinstance(packed, bytes)
        found[str(item["sk"])] = (int(item["rev"]), unpack(packed))
    for day, page in found.items():
        memory.put(table.name, partition, day, page)
    return found


def remembered(table: WorkspaceTable, scan: Scan, memory: PageMemory = MEMORY) -> dict[str, Page]:
    """The remembered pages of a scan's days, valid or not."""
    partition = page_key(scan.partition, str(scan.form), "").pk
    held = {day: memory.get(table.name, partition, day) for day in days(scan.part)}
    return {day: page for day, page in held.items() if page}


def forget(table: WorkspaceTable, scan: Scan, missing: Iterable[str], memory: PageMemory = MEMORY) -> None:
    """Drop pages that were overtaken, so that the next request looks for newer ones."""
    partition = page_key(scan.partition, str(scan.form), "").pk
    for day in missing:
        memory.drop(table.name, partition, day)


def days(part: TimeRange) -> list[str]:
    """The names of a range's UTC days."""
    return [bucket_of(ms, Grain.DAY) for ms in range(part.start, part.end, DAY_MS)]


def valid(pages: Mapping[str, Page], present: Mapping[str, int]) -> dict[str, list[Item]]:
    """The rows of the pages whose revision is their day's present one."""
    return {day: rows for day, (revision, rows) in pages.items() if present.get(day) == revision}


def runs(missing: Iterable[str]) -> list[TimeRange]:
    """Consecutive days joined into ranges, so that each run is one query."""
    found: list[TimeRange] = []
    for start in map(bucket_start, missing):
        if found and found[-1].end == start:
            found[-1] = TimeRange(found[-1].start, start + DAY_MS)
        else:
            found.append(TimeRange(start, start + DAY_MS))
    return found
