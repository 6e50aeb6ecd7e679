"""Bucket names: UTC, half-open, and ordered as text: `2021-01-16`, `2021-01-16T04`, `2021-01-16T04:44`."""

import functools
from datetime import datetime

from belvedere.boards.base import Grain
from belvedere.clock import DAY_MS, HOUR_MS, MINUTE_MS, iso_ms, to_ms

WIDTH_MS = {Grain.MINUTE: MINUTE_MS, Grain.HOUR: HOUR_MS, Grain.DAY: DAY_MS}
_LETTERS = {Grain.MINUTE: 16, Grain.HOUR: 13, Grain.DAY: 10}
_SUFFIX = {16: ":00+00:00", 13: ":00:00+00:00", 10: "T00:00:00+00:00"}


def bucket_of(ms: int, grain: Grain) -> str:
    """The name of the bucket a moment falls in."""
    return _name(floor(ms, grain), grain)


@functools.lru_cache(maxsize=4096)  # an event names its buckets some fifteen times, and a batch shares them
def _name(start: int, grain: Grain) -> str:
    return iso_ms(start)[: _LETTERS[grain]]


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
