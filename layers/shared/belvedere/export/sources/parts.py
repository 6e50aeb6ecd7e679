"""Cuts a range into parts of about as many rows each, by counts from the rollups. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belvedere.export.sources.data_type import Part

ROWS_PER_PART = 50_000


class Count(NamedTuple):
    """How many events there are from `start` to `end` (epoch ms, half open)."""

    start: int
    end: int
    rows: int


def parts_of(start: int, end: int, counts: Iterable[Count], rows_per_part: int) -> list[Part]:
    """Parts that follow each other from `start` to `end`, whatever is counted: what no count knows is in one of them.

    `counts` are in order and may lack stretches in which nothing is counted. One that is larger than a part is cut
    evenly in time. There is one part at least.
    """
    edges, rows, held = [start], [], 0
    for count in _pieces(counts, rows_per_part):
        if held and held + count.rows > rows_per_part and start < count.start < end:
            edges.append(count.start)
            rows.append(held)
            held = 0
        held += count.rows
    edges.append(end)
    rows.append(held)
    pairs = zip(edges, edges[1:], rows, strict=False)
    return [Part(number, low, high, expected) for number, (low, high, expected) in enumerate(pairs)]


def _pieces(counts: Iterable[Count], rows_per_part: int) -> Iterator[Count]:
    """The counts, those that are larger than a part as several of equal length."""
    for count in counts:
        number = max(1, min(-(-count.rows // rows_per_part), count.end - count.start))
        span = count.end - count.start
        for place in range(number):
            low, high = (count.start + span * at // number for at in (place, place + 1))
            yield Count(low, high, count.rows * (place + 1) // number - count.rows * place // number)
