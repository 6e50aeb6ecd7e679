"""Where in a list a page begins, found by counts alone. Pure.

A list is cut into buckets in its order, of which it is known how many rows each has. So whatever stands before a page
need not be read; what is read is a few stretches, each with the rows to pass over at its beginning and to take then.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from belvedere.clock import DAY_MS
from belvedere.time_ranges import TimeRange

CLOSE = 20  # stretches that no more other rows lie between are read as one


class Bucket(NamedTuple):
    """A stretch of time (epoch ms, half-open): of the `passed` rows that it has, `number` are of the list."""

    start: int
    end: int
    number: int
    passed: int

    @property
    def plain(self) -> bool:
        """Is every stored row one of the list?"""
        return self.number == self.passed


def number_of(buckets: Iterable[Bucket]) -> int:
    """How many rows of the list are in some buckets."""
    return sum(bucket.number for bucket in buckets)


def overlap(bucket: Bucket, time_range: TimeRange) -> bool:
    """Do they have a moment in common?"""
    return bucket.start < time_range.end and time_range.start < bucket.end


def clipped(bucket: Bucket, time_range: TimeRange) -> TimeRange:
    """The part of a bucket that is in a range."""
    return TimeRange(max(bucket.start, time_range.start), min(bucket.end, time_range.end))


class PagePosition(NamedTuple):
    """Which bucket, by its position; how many of its rows are passed over, and how many are taken."""

    position: int
    skip: int
    take: int


class ReadSpan(NamedTuple):
    """What one read has to find: where, how many rows to pass over, how many to take, and how many to look at."""

    start: int
    end: int
    skip: int
    take: int
    look: int


def places(numbers: Iterable[int], offset: int, take: int) -> Iterator[PagePosition]:
    """Where the rows from `offset` on are, `take` of them. A count below 0, for a moment, is nothing."""
    for position, number in enumerate(numbers):
        if take <= 0:
            return
        if offset < number:
            taken = min(number - offset, take)
            yield PagePosition(position, offset, taken)
            take, offset = take - taken, 0
        else:
            offset -= max(number, 0)


def stretches(buckets: Sequence[Bucket], offset: int, take: int, *, across: bool) -> list[ReadSpan]:
    """The stretches that hold a page, in the order of the buckets.

    Those that lie close together are one; beyond a day only where a read goes `across` days.
    """
    spans: list[ReadSpan] = []
    last = 0
    for place in places((bucket.number for bucket in buckets), offset, take):
        bucket = buckets[place.position]
        between = sum(bucket_between.passed for bucket_between in buckets[last + 1 : place.position])
        look = place.skip + place.take if bucket.plain else bucket.passed
        stretch = ReadSpan(bucket.start, bucket.end, place.skip, place.take, look)
        if spans and between <= CLOSE and (across or bucket.start // DAY_MS == buckets[last].start // DAY_MS):
            spans.append(_joined(spans.pop(), stretch, between))
        else:
            spans.append(stretch)
        last = place.position
    return spans


def _joined(first: ReadSpan, second: ReadSpan, between: int) -> ReadSpan:
    """Two stretches as one: the second is taken from its beginning, so nothing is passed over between them."""
    start, end, look = min(first.start, second.start), max(first.end, second.end), first.look + between + second.look
    return ReadSpan(start, end, first.skip, first.take + second.take, look)
