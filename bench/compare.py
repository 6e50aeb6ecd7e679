"""Whether two engines gave the same answer: exactly, or within the stated error where a sketch answers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.questions import BenchQuery, Result

QUANTILES = ("p95_response_time",)
STANDARD_ERRORS = 4  # how far an estimate may lie from the truth before it is called wrong
QUANTILE_BOUND = 0.015  # 1 % of the sketch, and the next value up, which is what some engines take
ROUNDING = 1e-6


@dataclass
class Comparison:
    """What was found different, and how far off the estimates were (relative)."""

    differences: list[str] = field(default_factory=list)
    distinct_errors: list[float] = field(default_factory=list)
    quantile_errors: list[float] = field(default_factory=list)

    @property
    def distinct_rms(self) -> float:
        """Root mean square of the relative errors of distinct counts."""
        errors = self.distinct_errors
        return math.sqrt(sum(error * error for error in errors) / len(errors)) if errors else 0.0

    def add(self, query: BenchQuery, ours: Result, theirs: Result, stated: Mapping[str, float], who: str) -> None:
        """Compare two answers to one question; `stated` is the relative error our answer gives for each metric."""
        if list(ours) != list(theirs) if query.top else ours.keys() != theirs.keys():
            self.differences.append(f"{query.name}: other groups than {who}")
            return
        for group, values in ours.items():
            for metric, value, true in zip(query.metrics, values, theirs[group], strict=True):
                if not self._close(metric, value, true, stated.get(metric, 0.0)):
                    self.differences.append(f"{query.name} {group} {metric}: {value} where {who} has {true}")

    def _close(self, metric: str, value: float, true: float, error: float) -> bool:
        off = abs(value - true) / abs(true) if true else abs(value)
        if metric in QUANTILES:
            self.quantile_errors.append(off)
            return off <= QUANTILE_BOUND
        if error:
            self.distinct_errors.append(off)
            return off <= STANDARD_ERRORS * error
        return off <= ROUNDING
