"""What the KPIs say in words: findings, recommendations and anomalies, by the rules of the productivity contract.

Nothing is said of a KPI that nothing was observed for, but that there is no data.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from belvedere.boards.productivity.kpis.kpi import KpiValue
from belvedere.boards.productivity.kpis.outliers import OutlyingDay
from belvedere.clock import iso

KpiValues = Mapping[str, KpiValue]
AdviceRule = tuple[str, Callable[[float], bool], str]

COLLECTING = "Still collecting data - findings appear as sessions, commits and pull requests come in"
HEALTHY = "Continue current practices - metrics are healthy"
NOTHING_YET = "Send sessions, commits and pull requests - there is nothing to judge yet"

FINDINGS: tuple[AdviceRule, ...] = (
    ("ai_interaction_velocity", lambda v: v > 4, "✓ High AI interaction velocity"),
    ("acceptance_rate", lambda v: v > 50, "✓ High acceptance rate"),
    ("acceptance_rate", lambda v: 25 < v <= 50, "✓ Good acceptance rate"),
    ("acceptance_rate", lambda v: 0 < v <= 25, "✗ Low acceptance rate"),
    ("error_rate", lambda v: v < 5, "✓ Low error rate"),
    ("token_efficiency", lambda v: v < 50, "✓ Efficient token usage"),
    ("pr_throughput", lambda v: v > 5, "✓ Strong pull request throughput"),
)
RECOMMENDATIONS: tuple[AdviceRule, ...] = (
    ("acceptance_rate", lambda v: v < 25, "Review the quality of suggestions and the choice of model - few are kept"),
    ("error_rate", lambda v: v > 5, "Investigate failed sessions - the error rate is above 5%"),
    ("token_efficiency", lambda v: v > 50, "Optimise prompts - more than 50 tokens go into an accepted line"),
    ("pr_merge_time_hours", lambda v: v > 24, "Streamline reviews - pull requests take more than a day to merge"),
    ("rework_rate", lambda v: v > 22, "Strengthen quality checks - more than 22% of closed pull requests are reopened"),
)
ANOMALIES: tuple[AdviceRule, ...] = (
    ("error_rate", lambda v: v > 20, "Unusually high error rate: {value:.1f}%"),
    ("rework_rate", lambda v: v > 40, "High rework rate: {value:.1f}%"),
)
EXPECTED = ("ai_interaction_velocity", "acceptance_rate", "pr_throughput", "commit_frequency")


def key_findings(kpi_values: KpiValues) -> list[str]:
    """What is well, or is not; one line that says so while nothing can be said."""
    return list(_said(FINDINGS, kpi_values)) or [COLLECTING]


def recommendations(kpi_values: KpiValues) -> list[str]:
    """What to do about it; one line where there is nothing to do, or nothing to judge."""
    anything = any(reading.sample for reading in kpi_values.values())
    return list(_said(RECOMMENDATIONS, kpi_values)) or [HEALTHY if anything else NOTHING_YET]


def anomalies(kpi_values: KpiValues, days: Sequence[OutlyingDay]) -> list[str]:
    """Zeros where something is expected, rates out of all bounds, and days that stand out from the others."""
    silent = (kpi_values[name] for name in EXPECTED if not kpi_values[name].value)
    zeros = [f"{reading.kpi.name}: {'zero' if reading.sample else 'no data'} in the window" for reading in silent]
    return [*zeros, *_said(ANOMALIES, kpi_values), *map(_told_day, days)]


def _said(rules: Iterable[AdviceRule], kpi_values: KpiValues) -> Iterable[str]:
    for name, holds, text in rules:
        if kpi_values[name].sample and holds(kpi_values[name].value):
            yield text.format(value=kpi_values[name].value)


def _told_day(day: OutlyingDay) -> str:
    off = f"{abs(day.score):.1f} robust deviations {'above' if day.score > 0 else 'below'} the usual {day.usual:g}"
    return f"{iso(day.day)[:10]}: {day.value:g} {day.unit}, {off}"
