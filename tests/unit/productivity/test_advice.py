"""What the KPIs say in words."""

import pytest

from belvedere.boards.productivity.kpis.advice import (
    COLLECTING,
    HEALTHY,
    NOTHING_YET,
    anomalies,
    key_findings,
    recommendations,
)
from belvedere.boards.productivity.kpis.kpi import KPIS, KpiValue
from belvedere.boards.productivity.kpis.outliers import OutlyingDay
from belvedere.clock import DAY_MS

FINE = {
    "ai_interaction_velocity": 4.5, "acceptance_rate": 32.5, "model_selection_accuracy": 90.0, "error_rate": 1.0,
    "token_efficiency": 20.0, "pr_throughput": 6.0, "commit_frequency": 12.0, "pr_merge_time_hours": 5.0,
    "rework_rate": 3.0,
}  # fmt: skip


def told(**values: float) -> dict[str, KpiValue]:
    """A team that is fine, but for these."""
    return {kpi.name: KpiValue(kpi, (FINE | values)[kpi.name], 10) for kpi in KPIS}


def nothing() -> dict[str, KpiValue]:
    return {kpi.name: KpiValue(kpi, 0.0, 0) for kpi in KPIS}


def test_a_team_that_is_fine_hears_so() -> None:
    assert key_findings(told()) == [
        "✓ High AI interaction velocity", "✓ Good acceptance rate", "✓ Low error rate", "✓ Efficient token usage",
        "✓ Strong pull request throughput",
    ]  # fmt: skip
    assert recommendations(told()) == [HEALTHY] == ["Continue current practices - metrics are healthy"]
    assert anomalies(told(), []) == []


def test_without_data_nothing_is_praised_and_nothing_blamed() -> None:
    assert key_findings(nothing()) == [COLLECTING]
    assert recommendations(nothing()) == [NOTHING_YET]
    assert anomalies(nothing(), []) == [
        f"{name}: no data in the window"
        for name in ("ai_interaction_velocity", "acceptance_rate", "pr_throughput", "commit_frequency")
    ]


@pytest.mark.parametrize(
    ("rate", "finding"),
    [(50.1, "✓ High"), (50.0, "✓ Good"), (25.1, "✓ Good"), (25.0, "✗ Low"), (0.1, "✗ Low"), (0.0, None)],
)
def test_acceptance_is_high_good_or_low(rate: float, finding: str | None) -> None:
    said = [key_finding for key_finding in key_findings(told(acceptance_rate=rate)) if "acceptance" in key_finding]
    assert said == ([f"{finding} acceptance rate"] if finding else [])


@pytest.mark.parametrize(
    ("kpi", "edge", "beyond", "word"),
    [
        ("acceptance_rate", 25, 24.9, "suggestions"),
        ("error_rate", 5, 5.1, "failed"),
        ("token_efficiency", 50, 50.1, "prompts"),
        ("pr_merge_time_hours", 24, 24.1, "reviews"),
        ("rework_rate", 22, 22.1, "quality checks"),
    ],
)
def test_each_goal_that_is_missed_is_a_recommendation(kpi: str, edge: float, beyond: float, word: str) -> None:
    assert recommendations(told(**{kpi: edge})) == [HEALTHY]
    (said,) = recommendations(told(**{kpi: beyond}))
    assert word in said


def test_rates_out_of_all_bounds_are_anomalies() -> None:
    assert anomalies(told(error_rate=20, rework_rate=40), []) == []
    assert anomalies(told(error_rate=33.3, rework_rate=50), []) == [
        "Unusually high error rate: 33.3%", "High rework rate: 50.0%",
    ]  # fmt: skip


def test_a_zero_that_was_observed_is_told_from_no_data() -> None:
    assert anomalies(told(acceptance_rate=0), []) == ["acceptance_rate: zero in the window"]


def test_a_day_that_stands_out_is_told_with_what_is_usual() -> None:
    days = [
        OutlyingDay(19_783 * DAY_MS, "session_count", 90, 20, 31.4),
        OutlyingDay(19_784 * DAY_MS, "total_cost", 0.5, 3, -4),
    ]
    assert anomalies(told(), days) == [
        "2024-03-01: 90 sessions, 31.4 robust deviations above the usual 20",
        "2024-03-02: 0.5 USD, 4.0 robust deviations below the usual 3",
    ]
