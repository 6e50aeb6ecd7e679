"""The scores of a profile."""

from dataclasses import replace

import pytest

from belvedere.boards.productivity.profile.dimensions import Evidence, OfModel, dimensions, progress, thriftiness
from tests.unit.docs.markdown import section

NOTHING = Evidence(
    acceptance_rate=None, models=(), avg_diff_ratio=None, accepted_lines=0, developer_days=0, early=None, late=None,
    tokens_per_accepted_line=None,
)  # fmt: skip


def scores(**known: object) -> dict[str, float]:
    return {dimension.dimension: dimension.score for dimension in dimensions(replace(NOTHING, **known))}


def test_where_there_is_nothing_to_say_the_score_is_zero_and_the_value_null() -> None:
    assert {(dimension.score, dimension.value) for dimension in dimensions(NOTHING)} == {(0, None)}


@pytest.mark.parametrize(
    ("known", "dimension", "score"),
    [
        ({"acceptance_rate": 1 / 3}, "Prompt Engineering", 33.3),
        ({"acceptance_rate": 0.0}, "Prompt Engineering", 0),
        ({"avg_diff_ratio": 0.875}, "Code Quality", 87.5),
        ({"accepted_lines": 60, "developer_days": 2}, "Productivity", 30),
        ({"accepted_lines": 900, "developer_days": 2}, "Productivity", 100),
        ({"early": 0.5, "late": 0.5}, "Learning Curve", 50),
        ({"early": 0.25, "late": 0.5}, "Learning Curve", 75),
        ({"early": 0.5, "late": 0.0}, "Learning Curve", 0),
        ({"early": 0.0, "late": 0.0}, "Learning Curve", 50),
        ({"early": 0.0, "late": 0.1}, "Learning Curve", 100),
        ({"late": 0.9}, "Learning Curve", 0),
        ({"tokens_per_accepted_line": 20.0}, "Cost Efficiency", 100),
        ({"tokens_per_accepted_line": 50.0}, "Cost Efficiency", 100),
        ({"tokens_per_accepted_line": 200.0}, "Cost Efficiency", 25),
        ({"tokens_per_accepted_line": 0.0}, "Cost Efficiency", 100),
    ],
)
def test_a_score_follows_its_formula_and_stays_in_its_limits(
    known: dict[str, object], dimension: str, score: float
) -> None:
    assert scores(**known)[dimension] == score


def test_models_are_compared_by_what_an_acceptance_costs() -> None:
    cheap, dear = OfModel(10, 5, 0.10), OfModel(10, 4, 4.0)
    assert thriftiness([cheap, dear]) == pytest.approx(9 * 0.02 / 4.10)
    assert thriftiness([cheap]) == 1
    assert thriftiness([OfModel(4, 4, 0.01), dear]) == 1, "too few sessions to compare with"


def test_where_nothing_was_accepted_or_nothing_cost_anything() -> None:
    assert thriftiness([]) is None
    assert thriftiness([OfModel(10, 0, 4.0)]) is None
    assert thriftiness([OfModel(10, 1, 0.0), OfModel(10, 9, 0.0)]) == 1
    assert thriftiness([OfModel(10, 1, 0.0), OfModel(10, 9, 4.0)]) == 0


def test_progress_needs_both_halves() -> None:
    assert progress(None, 0.5) is progress(0.5, None) is None
    assert progress(0.2, 0.8) == pytest.approx(0.75)


def test_every_dimension_is_documented() -> None:
    told = section("docs/metrics.md", "### Dimensions of a profile")
    assert all(f"| {dimension.dimension} |" in told for dimension in dimensions(NOTHING))
