"""The nine KPIs: what each is counted in, what it is held against, and how a value is judged.

Thresholds and directions are those of the board's design. A KPI is good beyond its threshold, which itself is not:
a goal of "over 25 %" is not met by 25 %. Up to twice as far from nothing (half of the threshold where higher is
better, twice of it where lower is) it is a warning, then critical; with nothing to judge there is no status.
"""

from dataclasses import dataclass
from typing import Any

GOOD, WARNING, CRITICAL = "good", "warning", "critical"


@dataclass(frozen=True)
class Kpi:
    """One KPI; `lower` says that lower is better."""

    name: str
    unit: str
    threshold: float
    lower: bool = False

    def status(self, value: float) -> str:
        """`good`, `warning` or `critical`."""
        if self.lower:
            return GOOD if value < self.threshold else WARNING if value <= 2 * self.threshold else CRITICAL
        return GOOD if value > self.threshold else WARNING if value >= self.threshold / 2 else CRITICAL


@dataclass(frozen=True)
class KpiValue:
    """What a KPI came to: `value` of `sample` observations (sessions, lines, commits, closings); 0 of none."""

    kpi: Kpi
    value: float
    sample: int

    @property
    def status(self) -> str | None:
        """How good it is; None where there is nothing to judge."""
        return self.kpi.status(self.value) if self.sample else None

    def to_json(self) -> dict[str, Any]:
        """The documented MetricValue, and the sample, which tells no data from zero."""
        return {
            "value": self.value,
            "unit": self.kpi.unit,
            "threshold": self.kpi.threshold,
            "status": self.status,
            "sample": self.sample,
        }


VELOCITY = Kpi("ai_interaction_velocity", "sessions/hour", 4.0)
ACCEPTANCE = Kpi("acceptance_rate", "%", 25.0)
ACCURACY = Kpi("model_selection_accuracy", "%", 80.0)
ERRORS = Kpi("error_rate", "%", 5.0, lower=True)
TOKENS = Kpi("token_efficiency", "tokens/line", 50.0, lower=True)
THROUGHPUT = Kpi("pr_throughput", "PRs/week", 5.0)
COMMITS = Kpi("commit_frequency", "commits/day", 10.0)
MERGE_TIME = Kpi("pr_merge_time_hours", "hours", 24.0, lower=True)
REWORK = Kpi("rework_rate", "%", 22.0, lower=True)
KPIS = (VELOCITY, ACCEPTANCE, ACCURACY, ERRORS, TOKENS, THROUGHPUT, COMMITS, MERGE_TIME, REWORK)
