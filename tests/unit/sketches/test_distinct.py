"""Distinct counts: exact while small, honest when large, and merged any number of times."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.sketches.distinct import EXACT_LIMIT, Distinct, member
from belvedere.sketches.hyperloglog import STANDARD_ERROR

names = st.lists(st.text(min_size=1, max_size=5), max_size=40)


def sketch(*values: str) -> Distinct:
    return Distinct(member(value) for value in values)


def many(number: int, prefix: str = "u") -> Distinct:
    return Distinct(member(f"{prefix}{i}") for i in range(number))


def test_nothing_counts_zero() -> None:
    assert Distinct().count() == 0


def test_the_same_value_counts_once() -> None:
    assert sketch("ann", "bob", "ann").count() == 2


def test_it_is_exact_up_to_its_limit_and_says_so() -> None:
    assert (many(EXACT_LIMIT).count(), many(EXACT_LIMIT).exact) == (EXACT_LIMIT, True)
    assert not many(EXACT_LIMIT + 1).exact


@pytest.mark.parametrize("true", [300, 1_000, 5_000, 12_000, 60_000])
def test_large_counts_stay_within_the_stated_error(true: int) -> None:
    errors = [many(true, prefix=f"{seed}-").count() / true - 1 for seed in range(6)]
    rms = math.sqrt(sum(error * error for error in errors) / len(errors))
    assert rms < 2 * STANDARD_ERROR


@given(names, names)
def test_merging_is_a_union(left: list[str], right: list[str]) -> None:
    merged = sketch(*left)
    merged.merge(sketch(*right))
    assert merged.count() == len({*left, *right})


def test_merging_again_changes_nothing_and_says_so() -> None:
    large, small = many(2_000), sketch("u1", "u2")
    assert not large.merge(small)
    assert small.merge(large)
    assert small.to_bytes() == large.to_bytes()


def test_the_order_of_merging_does_not_matter_across_the_limit() -> None:
    one, other = many(200, "a"), many(200, "b")
    one.merge(many(200, "b"))
    other.merge(many(200, "a"))
    assert one.to_bytes() == other.to_bytes()
    assert not one.exact


@pytest.mark.parametrize("size", [0, 1, EXACT_LIMIT, EXACT_LIMIT + 1, 9_000])
def test_it_survives_storage(size: int) -> None:
    stored = many(size).to_bytes()
    back = Distinct.from_bytes(stored)
    assert (back.count(), back.exact, back.to_bytes()) == (many(size).count(), many(size).exact, stored)
    assert len(stored) <= 2_100


def test_bytes_that_are_no_sketch_are_refused() -> None:
    with pytest.raises(ValueError, match="not a distinct sketch"):
        Distinct.from_bytes(b"\x07whatever")


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_what_a_sketch_has_beyond_another_makes_it_what_both_make(left: int, shift: int, right: int) -> None:
    held = Distinct(member(f"u{i}") for i in range(left))
    whole = Distinct(member(f"u{i}") for i in range(shift, shift + right))
    both = Distinct.from_bytes(held.to_bytes())
    both.merge(whole)
    held.merge(whole.beyond(held))
    assert held.to_bytes() == both.to_bytes()
