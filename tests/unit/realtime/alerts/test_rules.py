"""When a rule fires: on crossing its threshold, once, after a pause, and only when things were better in between."""

from dataclasses import dataclass, field

from belvedere.clock import SECOND_MS
from belvedere.realtime.alerts.rules import AlertRule, MetricReading, RuleState, judge

LOW = AlertRule(rule_id="low", metric="m", comparison="<", threshold=0.4, at_least=5, cool_down_s=60, hysteresis=0.1,
           title="t")  # fmt: skip
MANY = AlertRule(rule_id="many", metric="m", comparison=">=", threshold=3, cool_down_s=60, hysteresis=1, title="t")


@dataclass
class Watched:
    """One rule, one user, one second after another."""

    rule: AlertRule
    past: RuleState = field(default_factory=RuleState)
    now: int = 1_000_000

    def sees(self, value: float, *, events: int = 10, after_s: int = 1) -> bool:
        self.now += after_s * SECOND_MS
        judgement = judge(self.rule, MetricReading(value, events), self.past, self.now)
        self.past = judgement.past
        return judgement.fires


def test_it_fires_when_the_threshold_is_crossed_and_not_before() -> None:
    watched = Watched(LOW)
    assert [watched.sees(value) for value in (0.9, 0.4, 0.39)] == [False, False, True]


def test_it_fires_once_while_things_stay_bad() -> None:
    watched = Watched(LOW)
    assert [watched.sees(0.1, after_s=120) for _ in range(4)] == [True, False, False, False]


def test_a_value_that_only_trembles_about_the_threshold_does_not_fire_again() -> None:
    watched = Watched(LOW)
    told = [watched.sees(value, after_s=120) for value in (0.39, 0.41, 0.39, 0.45, 0.38)]
    assert told == [True, False, False, False, False]


def test_it_fires_again_after_things_were_clearly_better() -> None:
    watched = Watched(LOW)
    assert [watched.sees(value, after_s=120) for value in (0.1, 0.5, 0.1)] == [True, False, True]


def test_it_is_quiet_while_it_cools_down_and_fires_afterwards_if_it_is_still_bad() -> None:
    watched = Watched(LOW)
    assert watched.sees(0.1)
    watched.sees(0.9)
    assert not watched.sees(0.1, after_s=10)
    assert watched.sees(0.1, after_s=60)


def test_too_few_events_say_nothing_and_change_nothing() -> None:
    watched = Watched(LOW)
    assert not watched.sees(0.0, events=4)
    assert watched.past == RuleState()
    assert judge(LOW, None, watched.past, 0).past is watched.past


def test_the_other_direction_is_the_mirror() -> None:
    watched = Watched(MANY)
    told = [watched.sees(value, after_s=120) for value in (2, 3, 5, 2.5, 4, 1.9, 3)]
    assert told == [False, True, False, False, False, False, True]
