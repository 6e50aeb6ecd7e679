"""A range is cut into parts of about as many rows, which follow each other without a gap."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from belvedere.export.sources.data_type import Part
from belvedere.export.sources.parts import Count, parts_of

DAY = 86_400_000
counted = st.lists(st.integers(0, 5_000), max_size=40)


def by_day(*rows: int) -> list[Count]:
    return [Count(day * DAY, (day + 1) * DAY, number) for day, number in enumerate(rows) if number]


def edges(parts: list[Part]) -> list[tuple[int, int]]:
    return [(part.start // DAY, part.end // DAY) for part in parts]


def test_days_are_put_together_up_to_the_size_of_a_part() -> None:
    parts = parts_of(0, 5 * DAY, by_day(40, 50, 30, 0, 60), rows_per_part=100)
    assert edges(parts) == [(0, 2), (2, 5)]
    assert [part.rows for part in parts] == [90, 90]


def test_a_day_that_is_too_large_is_cut_evenly() -> None:
    parts = parts_of(0, DAY, by_day(400), rows_per_part=100)
    assert [part.end - part.start for part in parts] == [DAY // 4] * 4


def test_without_counts_there_is_one_part() -> None:
    assert parts_of(5, 50, [], 100) == [Part(0, 5, 50, 0)]


def test_parts_are_numbered_in_order_and_survive_json() -> None:
    parts = parts_of(0, 3 * DAY, by_day(9, 9, 9), rows_per_part=10)
    assert [part.number for part in parts] == [0, 1, 2]
    assert [Part.from_json(part.to_json()) for part in parts] == parts


@given(rows=counted, size=st.integers(1, 2_000), start=st.integers(0, 3 * DAY), length=st.integers(1, 40 * DAY))
def test_parts_are_the_whole_range_without_gaps(rows: list[int], size: int, start: int, length: int) -> None:
    parts = parts_of(start, start + length, by_day(*rows), rows_per_part=size)
    assert parts[0].start == start
    assert parts[-1].end == start + length
    assert all(before.end == after.start for before, after in itertools.pairwise(parts))
    assert all(part.start < part.end for part in parts)


@given(rows=counted, size=st.integers(1, 2_000))
def test_no_part_is_larger_than_asked_and_there_are_not_many_more_than_needed(rows: list[int], size: int) -> None:
    parts = parts_of(0, 40 * DAY, by_day(*rows), rows_per_part=size)
    assert sum(part.rows for part in parts) == sum(rows)
    assert all(part.rows <= size for part in parts)
    assert len(parts) <= 2 * -(-sum(rows) // size) + 1
