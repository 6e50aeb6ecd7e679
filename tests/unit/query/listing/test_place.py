"""A page is found by counts: whatever the buckets, the stretches hold exactly its rows and little else."""

from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.query.listing.place import CLOSE, Bucket, PagePosition, ReadSpan, places, stretches

NUMBERS = st.lists(st.integers(0, 9), max_size=12)


@given(NUMBERS, st.integers(0, 60), st.integers(0, 30))
def test_places_are_the_rows_of_a_slice(numbers: list[int], offset: int, take: int) -> None:
    rows = [(position, row) for position, number in enumerate(numbers) for row in range(number)]
    found = [
        (place.position, row)
        for place in places(numbers, offset, take)
        for row in range(place.skip, place.skip + place.take)
    ]
    assert found == rows[offset : offset + take]


def test_a_count_below_nothing_is_nothing() -> None:
    assert list(places([2, -1, 3], 2, 2)) == [PagePosition(2, 0, 2)]


def hours(*numbers: tuple[int, int], day: int = 0) -> list[Bucket]:
    """Hours one after another, with their rows of the list and all of their rows."""
    start = day * DAY_MS
    return [Bucket(start + n * HOUR_MS, start + (n + 1) * HOUR_MS, *both) for n, both in enumerate(numbers)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=10), st.integers(0, 30), st.integers(1, 20))
def test_taking_from_stretches_is_taking_from_the_list(counted: list[tuple[int, int]], offset: int, take: int) -> None:
    buckets = hours(*((number, number + others) for number, others in counted))
    rows = [(bucket.start, row) for bucket in buckets for row in range(bucket.number)]
    found = []
    for stretch in stretches(buckets, offset, take, across=False):
        inside = [row for row in rows if stretch.start <= row[0] < stretch.end]
        found += inside[stretch.skip : stretch.skip + stretch.take]
    assert found == rows[offset : offset + take]


def test_near_buckets_are_read_together_and_far_ones_apart() -> None:
    near = hours((1, 5), (0, CLOSE), (2, 2))
    assert stretches(near, 0, 3, across=False) == [ReadSpan(0, 3 * HOUR_MS, 0, 3, 5 + CLOSE + 2)]
    far = hours((1, 5), (0, CLOSE + 1), (2, 2))
    assert [stretch.take for stretch in stretches(far, 0, 3, across=False)] == [1, 2]


def test_days_are_read_together_only_where_a_read_goes_across_them() -> None:
    days = [*hours((1, 1)), *hours((1, 1), day=3)]
    assert len(stretches(days, 0, 2, across=False)) == 2
    assert stretches(days, 0, 2, across=True) == [ReadSpan(0, 3 * DAY_MS + HOUR_MS, 0, 2, 2)]


def test_of_a_bucket_of_nothing_else_only_the_page_is_looked_at() -> None:
    assert stretches(hours((500, 500)), 100, 20, across=False) == [ReadSpan(0, HOUR_MS, 100, 20, 120)]
    assert stretches(hours((500, 900)), 100, 20, across=False) == [ReadSpan(0, HOUR_MS, 100, 20, 900)]


@given(NUMBERS, st.integers(0, 40), st.integers(1, 20))
def test_a_list_in_reverse_is_found_in_the_same_buckets(numbers: list[int], offset: int, take: int) -> None:
    buckets = hours(*((number, number) for number in numbers))
    rows = [(bucket.start, row) for bucket in buckets for row in range(bucket.number)][::-1]
    found = []
    for stretch in stretches(buckets[::-1], offset, take, across=False):
        inside = [row for row in rows if stretch.start <= row[0] < stretch.end]
        found += inside[stretch.skip : stretch.skip + stretch.take]
    assert found == rows[offset : offset + take]
