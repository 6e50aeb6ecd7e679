"""Takes rows of days apart by the hour, where a range begins or ends inside of a day and there are no rows of hours.

Such a row says what of it belongs to each hour (see `rollups.slots`). Where its hours do not add up to the whole of it,
some of it was counted before rows had any: it is taken whole, and the answer is inexact on that day. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.planner.plan import Scan
from belvedere.query.planner.question import Question
from belvedere.rollups.rows import COUNTERS, SKETCH
from belvedere.rollups.sketches import sketch_attributes
from belvedere.rollups.slots import SLOT, all_in_slots
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item
from belvedere.storage.keys.rollups import split_rollup_sort
from belvedere.time_buckets import bucket_start
from belvedere.time_ranges import TimeRange

Row = Mapping[str, Any]


class PartialDays:
    """Takes the rows of one answer apart, and remembers the days that could not be."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._days: set[int] = set()

    @property
    def inexact(self) -> TimeRange | None:
        """From the first to the last day that was taken whole though the range begins or ends inside of it."""
        return TimeRange(min(self._days), max(self._days) + DAY_MS) if self._days else None

    def rows(self, scanned: Iterable[tuple[Scan, list[Item]]]) -> Iterator[tuple[Scan, Iterable[Any]]]:
        """The rows by scan; of days at the edges of the range, what they say of its hours."""
        scans = list(scanned)
        counted = [row for scan, rows in scans if _cut(scan) and scan.kind == COUNTERS for row in rows]
        code = {scan.family.codes["count"] for scan, _ in scans}.pop() if counted else ""
        divisible = {str(row["sk"]) for row in counted if all_in_slots(row, code)}
        for scan, rows in scans:
            yield scan, self._of_hours(scan, rows, divisible) if _cut(scan) else rows

    def _of_hours(self, scan: Scan, rows: Iterable[Item], divisible: set[str]) -> Iterator[Row]:
        for row in rows:
            day, dims = split_rollup_sort(str(row["sk"]))
            if row["sk"] not in divisible:
                if scan.kind == COUNTERS and self._matches(scan.family, dims):
                    self._days.add(bucket_start(day))
                yield row
            elif counts := _of_slots(row, _hours(bucket_start(day), scan.time_range), scan):
                yield {"sk": row["sk"], **counts}

    def _matches(self, family: RollupTable, dims: tuple[str, ...]) -> bool:
        return self._question.filters.matches(dict(zip(family.dimensions, dims, strict=True)))


def _cut(scan: Scan) -> bool:
    return scan.family.hourly and scan.grain is Grain.DAY and not scan.time_range.whole_days and not scan.people


def _hours(day: int, time_range: TimeRange) -> frozenset[str]:
    """The hours of a day that are in a range, as slots are named."""
    return frozenset(f"{hour:02}" for hour in range(24) if time_range.start <= day + hour * HOUR_MS < time_range.end)


def _of_slots(row: Row, hours: frozenset[str], scan: Scan) -> dict[str, Any]:
    """What a row says of some of its hours, under the names of the whole; nothing where that is nothing."""
    sketch, numbers = Distinct(), Counter[str]()
    for name, data in sketch_attributes(row):
        if name.partition(SLOT)[2] in hours:
            sketch.merge(Distinct.from_bytes(data))
    for name, value in row.items():
        base, _, hour = name.partition(SLOT)
        if hour in hours and isinstance(value, int):
            numbers[scan.family.coded.get(base, base) if scan.kind == COUNTERS else base] += value
    sketches = {SKETCH: sketch.to_bytes()} if sketch.count() else {}
    return {name: number for name, number in numbers.items() if number} | sketches
