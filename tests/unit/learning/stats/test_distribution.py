"""The distribution of a class: percentiles as NumPy's, a ranking that luck does not win, and buckets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.learning.stats.distribution import (
    bucket,
    bucket_counts,
    outcome,
    percentile,
    percentiles,
    rates,
    top_performers,
)
from belvedere.boards.learning.tally import Tally

RATES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@given(RATES, st.floats(0, 100))
def test_a_percentile_is_numpy_s_linear_interpolation(values: list[float], p: float) -> None:
    assert percentile(values, p) == pytest.approx(float(np.percentile(values, p)), abs=1e-12)


def test_the_four_documented_percentiles_are_told_and_none_of_nothing() -> None:
    assert percentiles([0.2, 0.4, 0.6, 0.8]) == pytest.approx({"25th": 0.35, "50th": 0.5, "75th": 0.65, "90th": 0.74})
    assert percentiles([0.3]) == {"25th": 0.3, "50th": 0.3, "75th": 0.3, "90th": 0.3}
    assert percentiles([]) == {}
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_rates_are_those_of_students_with_attempts() -> None:
    assert rates({"a": Tally(4, 1), "b": Tally()}) == [0.25]


def test_one_lucky_answer_is_not_the_best_of_all() -> None:
    totals = {"lucky": Tally(1, 1), "steady": Tally(50, 46), "weak": Tally(50, 10), "absent": Tally()}
    found = top_performers(totals)
    assert [one.user for one in found] == ["steady", "lucky", "weak"]
    assert [one.lower_bound for one in found] == pytest.approx([0.812, 0.207, 0.112], abs=1e-3)


def test_ties_go_to_who_attempted_more_and_then_to_the_smaller_id() -> None:
    totals = {"c": Tally(3, 0), "b": Tally(5, 0), "a": Tally(3, 0)}
    assert [top_performer.user for top_performer in top_performers(totals)] == ["b", "a", "c"]


def test_ten_are_named_at_most() -> None:
    totals = {f"s{n:02}": Tally(10, 5) for n in range(30)}
    assert [top_performer.user for top_performer in top_performers(totals)] == [f"s{n:02}" for n in range(10)]
    assert len(top_performers(totals, 3)) == 3


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (1.0, "excellent"), (0.85, "excellent"), (0.8499, "good"), (0.75, "good"), (0.7499, "average"),
        (0.65, "average"), (0.6499, "needs_help"), (0.5, "needs_help"), (0.4999, "at_risk"), (0.0, "at_risk"),
    ],
)  # fmt: skip
def test_buckets_begin_where_they_are_documented_to(score: float, name: str) -> None:
    assert bucket(score) == name


def test_an_outcome_is_three_parts_success_and_two_engagement() -> None:
    assert outcome(0.9, 0.5) == pytest.approx(0.74)
    assert bucket_counts([0.9, 0.76, 0.1, 0.2]) == {
        "excellent": 1, "good": 1, "average": 0, "needs_help": 0, "at_risk": 2,
    }  # fmt: skip
