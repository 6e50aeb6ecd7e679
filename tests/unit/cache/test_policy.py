"""When a kept answer may be shown."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.cache.entry import CacheEntry
from belvedere.cache.policy import EntryState, Policy, jitter, judge, settled, worth_storing, young
from belvedere.cache.version import Version

ASKED = 1_000_000
ENTRY = CacheEntry(b"{}", b"", b"", ASKED, ASKED + 300_000, ASKED + 900_000, "7.1", True)
SAME, MOVED = Version("7.1", 0, (), 0), Version("8.1", 0, (), 0)


def verdict(after_ms: int, version: Version | None, *, void: bool = False) -> EntryState:
    return judge(ENTRY, version, ASKED + after_ms, void=void)


@pytest.mark.parametrize(
    ("after_ms", "expected"),
    [(0, EntryState.FRESH), (299_999, EntryState.FRESH), (300_000, EntryState.STALE), (899_999, EntryState.STALE),
     (900_000, EntryState.VOID)],
)  # fmt: skip
def test_over_the_same_data_it_is_fresh_then_stale_then_void(after_ms: int, expected: EntryState) -> None:
    assert verdict(after_ms, SAME) is expected


@pytest.mark.parametrize(("after_ms", "expected"), [(499, EntryState.FRESH), (500, EntryState.VOID)])
def test_over_old_data_it_is_good_for_half_a_second(after_ms: int, expected: EntryState) -> None:
    assert verdict(after_ms, MOVED) is expected
    assert verdict(after_ms, None) is expected


@pytest.mark.parametrize("after_ms", [0, 600, 400_000])
def test_what_was_declared_void_is_void_at_any_age(after_ms: int) -> None:
    assert verdict(after_ms, SAME, void=True) is EntryState.VOID


def test_an_unsettled_answer_is_good_while_young_and_no_longer() -> None:
    unsettled = msgspec.structs.replace(ENTRY, settled=False)
    assert judge(unsettled, SAME, ASKED + 499, void=False) is EntryState.FRESH
    assert judge(unsettled, SAME, ASKED + 500, void=False) is EntryState.VOID


def test_an_answer_from_the_future_of_a_clock_that_went_back_is_not_young() -> None:
    assert not young(ENTRY, ASKED - 1)


def test_rows_read_two_seconds_after_the_fold_lack_nothing_of_it() -> None:
    version = Version("1.1", ASKED, (), 0)
    assert [settled(version, ASKED + after) for after in (1_999, 2_000)] == [False, True]


@given(st.text(max_size=30), st.integers(1, 3_600))
def test_jitter_shortens_a_life_by_at_most_a_fifth_and_never_lengthens_it(name: str, ttl_s: int) -> None:
    soft, hard = Policy(ttl_s=ttl_s, stale_s=60).expiries(name, ASKED)
    assert 0.8 * ttl_s * 1000 - 1 <= soft - ASKED <= ttl_s * 1000
    assert hard - soft == 60_000
    assert jitter(name) == jitter(name)


def test_jitter_spreads_names() -> None:
    assert len({round(jitter(str(i)), 2) for i in range(200)}) > 15


@pytest.mark.parametrize(
    ("size", "read_units", "expected"),
    [(700, 1.0, False), (700, 1.5, True), (5_000, 2.0, False), (5_000, 10.0, True), (350_000, 160.0, True),
     (350_000, 50.0, False)],
)  # fmt: skip
def test_the_table_keeps_what_pays_for_its_write_within_sixteen_hits(
    size: int, read_units: float, expected: bool
) -> None:
    assert worth_storing(size, read_units) is expected


def test_a_policy_that_outlives_the_invalidations_is_refused() -> None:
    with pytest.raises(ValueError, match="outlive"):
        Policy(ttl_s=7_000, stale_s=201)
