"""Bucket names: UTC, half-open, and ordered as text: `2021-01-16`, `2021-01-16T04`, `2021-01-16T04:44`.

A bucket that begins at any second is named by it: `2021-01-16T04:44:30`.
"""

import functools
from datetime import datetime

from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, iso_ms, to_ms
from belvedere.schema.rollup_tables import Grain

WIDTH_MS = {Grain.MINUTE: MINUTE_MS, Grain.HOUR: HOUR_MS, Grain.DAY: DAY_MS}
PART_MS = 4 * HOUR_MS
MINUTE_LIFE_MS = 48 * HOUR_MS  # how long rows of minutes are there
_LETTERS = {Grain.MINUTE: 16, Grain.HOUR: 13, Grain.DAY: 10}
_SUFFIX = {19: "+00:00", 16: ":00+00:00", 13: ":00:00+00:00", 10: "T00:00:00+00:00"}


def bucket_of(ms: int, grain: Grain) -> str:
    """The name of the bucket a moment falls in."""
    return _name(floor(ms, grain), grain)


@functools.lru_cache(maxsize=4096)  # an event names its buckets some fifteen times, and a batch shares them
def _name(start: int, grain: Grain) -> str:
    return iso_ms(start)[: _LETTERS[grain]]


def second_of(ms: int) -> str:
    """The name of a bucket that begins at a moment, whatever its second."""
    return iso_ms(ms)[:19]


def part_of_day(ms: int) -> str:
    """The part of a day a moment falls in, named by its first hour: `2021-01-16T04` is from 04:00 to 08:00."""
    return _name(ms - ms % PART_MS, Grain.HOUR)


def day_start(bucket: str) -> int:
    """Where the day of a bucket of any grain, or of a part of a day, starts, in epoch milliseconds."""
    return bucket_start(bucket[: _LETTERS[Grain.DAY]])


@functools.lru_cache(maxsize=4096)
def bucket_start(bucket: str) -> int:
    """Where a bucket of any grain starts, in epoch milliseconds."""
    return to_ms(datetime.fromisoformat(bucket + _SUFFIX[len(bucket)]))


def floor(ms: int, grain: Grain) -> int:
    """The start of the bucket a moment falls in."""
    return ms - ms % WIDTH_MS[grain]


def ceil(ms: int, grain: Grain) -> int:
    """The first bucket boundary at or after a moment."""
    return -(-ms // WIDTH_MS[grain]) * WIDTH_MS[grain]
