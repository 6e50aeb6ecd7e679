"""An alert rule, and when it fires. Pure: the value, the time and what happened before are arguments."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from belvedere.clock import SECOND_MS

Comparison = Literal["<", "<=", ">", ">="]
Severity = Literal["info", "warning", "error", "success"]
HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """Fires when `metric` over the last `window_days` compares to `threshold`, seen from at least `at_least` events.

    After it fired for somebody it is quiet for `cool_down_s`, and until the value has been better than the threshold
    by `hysteresis`.
    """

    rule_id: str
    metric: str
    comparison: Comparison
    threshold: float
    window_days: int = 1
    at_least: int = 1
    cool_down_s: int = 1800
    hysteresis: float = 0.0
    severity: Severity = "warning"
    title: str
    enabled: bool = True


class MetricReading(msgspec.Struct, frozen=True):
    """A metric's value for somebody, out of how many events, and what it is about beside them (an error's type)."""

    value: float
    events: int
    about: str = ""


class RuleState(msgspec.Struct, frozen=True):
    """What a rule has done for somebody: is it armed, and when it fired last (epoch ms; 0 for never)."""

    armed: bool = True
    fired: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Does it fire now, and what is to be remembered."""

    fires: bool
    past: RuleState


def judge(rule: AlertRule, reading: MetricReading | None, past: RuleState, now: int) -> Judgement:
    """What a rule makes of a reading; without one, or of too few events, nothing changes."""
    if reading is None or reading.events < rule.at_least:
        return Judgement(False, past)
    holds = HOLDS[rule.comparison]
    if not holds(reading.value, rule.threshold):
        well = rule.hysteresis if rule.comparison in ("<", "<=") else -rule.hysteresis
        recovered = not holds(reading.value, rule.threshold + well)
        return Judgement(False, RuleState(past.armed or recovered, past.fired))
    quiet = past.fired and now < past.fired + rule.cool_down_s * SECOND_MS
    if not past.armed or quiet:
        return Judgement(False, past)
    return Judgement(True, RuleState(False, now))
