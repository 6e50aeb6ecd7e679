"""Bucket names and boundaries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import WIDTH_MS, bucket_of, bucket_start, ceil, floor
from tests.unit.rollups.builders import NOON

moments = st.integers(min_value=0, max_value=4_000_000_000_000)


@pytest.mark.parametrize(
    ("grain", "name"),
    [(Grain.DAY, "2025-01-15"), (Grain.HOUR, "2025-01-15T12"), (Grain.MINUTE, "2025-01-15T12:00")],
)
def test_a_bucket_is_named_after_its_start(grain: Grain, name: str) -> None:
    assert bucket_of(NOON + 59_999, grain) == name


@given(moments, st.sampled_from(list(Grain)))
def test_a_moment_lies_in_its_half_open_bucket(ms: int, grain: Grain) -> None:
    start = bucket_start(bucket_of(ms, grain))
    assert start == floor(ms, grain)
    assert start <= ms < start + WIDTH_MS[grain]


def test_a_boundary_belongs_to_the_bucket_it_opens() -> None:
    assert floor(NOON, Grain.HOUR) == ceil(NOON, Grain.HOUR) == NOON
    assert ceil(NOON + 1, Grain.HOUR) == NOON + WIDTH_MS[Grain.HOUR]
