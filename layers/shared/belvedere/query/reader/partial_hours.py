"""Takes rows of hours apart where buckets of an answer begin inside of them: in a zone that does not turn with UTC.

A row is replaced by its slots where these add up to the whole of it (see `rollups.slots`). Where they do not, some
of it was counted before the workspace named its zone: it stays whole, belongs to the bucket that begins in it, and the
answer is inexact there. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belvedere.clock import HOUR_MS, SECOND_MS
from belvedere.query.planner.plan import Scan
from belvedere.query.planner.question import Question
from belvedere.rollups.pages import BINS
from belvedere.rollups.rows import COUNTERS
from belvedere.rollups.slots import SLOT, all_in_slots, counts_of_slots, slot_span, turns
from belvedere.schema.rollup_tables import Grain, RollupTable
from belvedere.storage.attributes import Item
from belvedere.storage.keys import SEPARATOR
from belvedere.storage.keys.rollups import split_rollup_sort
from belvedere.time_buckets import bucket_start, second_of
from belvedere.time_ranges import TimeRange

Row = Mapping[str, Any]
Slots = Mapping[str, list[str]]  # of rows, by sort key


class PartialHours:
    """Takes the rows of one answer apart, and remembers the hours that could not be."""

    def __init__(self, question: Question, family: RollupTable) -> None:
        self._question = question
        self._family = family
        self._cuts: dict[int, tuple[int, ...]] = {}
        self._hours: set[int] = set()

    @property
    def inexact(self) -> TimeRange | None:
        """From the first to the last hour that was left whole though buckets begin, or the range ends, inside of it."""
        return TimeRange(min(self._hours), max(self._hours) + HOUR_MS) if self._hours else None

    def rows(self, scanned: Iterable[tuple[Scan, Iterable[Item]]]) -> Iterator[tuple[Scan, Iterable[Any]]]:
        """The rows by scan, those of hours in slots; a slot's row is named by the second it begins with."""
        scans = [(scan, list(rows)) for scan, rows in scanned]
        counted = [row for scan, rows in scans if scan.grain is Grain.HOUR and scan.kind == COUNTERS for row in rows]
        slots = {str(row["sk"]): _complete(row, self._family.codes["count"]) for row in counted}
        self._note(counted, slots)
        for scan, rows in scans:
            yield scan, self._of_hours(rows, slots) if scan.grain is Grain.HOUR else rows

    def moment(self, hour: int, slot: str) -> int:
        """The moment that tells the bucket of what an entity did in an hour, or, if that is known, in a slot of it."""
        if self._inside(hour, slot):
            self._hours.add(hour)
        return self._place(hour, slot)

    def _note(self, counted: Iterable[Item], slots: Slots) -> None:
        for row in counted:
            bucket, names = split_rollup_sort(str(row["sk"]))
            hour, dims = bucket_start(bucket), dict(zip(self._family.dimensions, names, strict=True))
            whole = row.get("count") and self._whole(hour, slots[str(row["sk"])])
            self._hours |= {hour} if whole and self._question.filters.matches(dims) else set()

    def _of_hours(self, rows: Iterable[Item], slots: Slots) -> Iterator[Row]:
        time_range = self._question.range
        for row in rows:
            bucket, *dims = str(row["sk"]).split(SEPARATOR)
            hour, known = bucket_start(bucket), slots.get(str(row["sk"]), [])
            if not self._inside(hour):
                yield row
                continue
            for slot in [""] if self._whole(hour, known) else known:
                moment = self._place(hour, slot)
                if time_range.start <= moment < time_range.end:
                    counts = _of_slot(row, slot, self._family) if slot else row
                    yield {**counts, "sk": SEPARATOR.join((second_of(moment), *dims))}

    def _whole(self, hour: int, slots: list[str]) -> bool:
        """Must an hour of several buckets be left whole?"""
        return bool(self._inside(hour)) and (not slots or any(self._inside(hour, slot) for slot in slots))

    def _place(self, hour: int, slot: str) -> int:
        """When a slot begins; where a bucket begins in it, the end: what holds the start of a bucket belongs to it."""
        low, high = _span(slot)
        return hour + high - SECOND_MS if self._inside(hour, slot) else hour + low

    def _inside(self, hour: int, slot: str = "") -> tuple[int, ...]:
        """The moments inside of an hour, or a slot of it, at which another bucket, or the range, begins or ends."""
        if hour not in self._cuts:
            self._cuts[hour] = self._cuts_of(hour)
        low, high = _span(slot)
        return tuple(cut for cut in self._cuts[hour] if hour + low < cut < hour + high)

    def _cuts_of(self, hour: int) -> tuple[int, ...]:
        question, time_range = self._question, self._question.range
        assert question.zone is not None
        edges = {edge for edge in (time_range.start, time_range.end) if hour < edge < hour + HOUR_MS}
        moments = sorted({hour, *turns(hour, question.zone), *edges})
        places = [question.bucket(ms) if time_range.start <= ms < time_range.end else None for ms in moments]
        return tuple(ms for ms, place, before in zip(moments[1:], places[1:], places, strict=False) if place != before)


def _span(slot: str) -> tuple[int, int]:
    return slot_span(slot) if slot else (0, HOUR_MS)


def _complete(row: Row, count: str) -> list[str]:
    """The slots of a row of counters; none where they do not add up to it."""
    return [slot for slot, value in counts_of_slots(row, count).items() if value] if all_in_slots(row, count) else []


def _of_slot(row: Row, slot: str, family: RollupTable) -> dict[str, Any]:
    """What a row says of one slot of its hour, under the names of the whole."""
    counts: dict[str, Any] = {}
    for name, value in row.items():
        base, _, of = name.rpartition(SLOT)
        if base and of == slot:
            counts[family.coded.get(base, base)] = value
        elif base and name.startswith(BINS) and value:
            counts[base] = {key.partition(SLOT)[0]: n for key, n in value.items() if key.partition(SLOT)[2] == slot}
    return counts
