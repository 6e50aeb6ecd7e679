"""Ranges that hold scattered days: few, and with no more in them than it takes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import bucket_of
from belvedere.time_ranges import TimeRange
from belvedere.utc_days import MOST_RANGES, days, ranges

EVER = TimeRange(0, 10_000 * DAY_MS)


def named(*numbers: int) -> list[str]:
    """The names of days by their number since 1970."""
    return [bucket_of(number * DAY_MS, Grain.DAY) for number in sorted(numbers)]


def test_days_with_nothing_between_them_are_one_range() -> None:
    assert ranges(named(10, 11, 400), named(10, 11, 400), EVER) == [TimeRange(10 * DAY_MS, 401 * DAY_MS)]


def test_a_day_that_is_not_wanted_parts_two_ranges() -> None:
    found = ranges(named(10, 400), named(10, 200, 400), EVER)
    assert found == [TimeRange(10 * DAY_MS, 11 * DAY_MS), TimeRange(400 * DAY_MS, 401 * DAY_MS)]


def test_nothing_outside_of_the_asked_range_is_read() -> None:
    asked = TimeRange(10 * DAY_MS + HOUR_MS, 11 * DAY_MS - HOUR_MS)
    assert ranges(named(10), named(10), asked) == [asked]


@given(st.sets(st.integers(0, 9_000), max_size=60), st.sets(st.integers(0, 9_000), max_size=60))
def test_every_wanted_day_is_in_one_of_a_few_ranges_that_do_not_overlap(wanted: set[int], others: set[int]) -> None:
    found = ranges(named(*wanted), named(*wanted, *others), EVER)
    assert len(found) <= MOST_RANGES
    assert all(one.end <= two.start for one, two in pairwise(found))
    held = {day for part in found for day in days(part)}
    assert held >= {*named(*wanted)}
    everything = sorted(wanted | others)
    begun = [day for before, day in pairwise([-1, *everything]) if day in wanted and before not in wanted]
    if len(begun) <= MOST_RANGES:
        assert not held & {*named(*others - wanted)}
