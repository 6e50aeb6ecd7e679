"""What a caller may do, by what they have done: a burst at once, a rate over time, a limit in a period."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.boards.registry import CATALOG
from belvedere.clock import HOUR_MS, SECOND_MS
from belvedere.limits.bucket import BucketState, RateLimitDecision, decide, latest_full_at, take
from belvedere.limits.rules import RULES as ENGINE_RULES
from belvedere.schema.rate_limits import RateLimitRule

NOON = 1_767_268_800_000
RULES = {**ENGINE_RULES, **CATALOG.rate_limits}
SUMMARY = RULES["dashboard_summary"]
A_RULE = st.builds(
    RateLimitRule, st.just("a"), st.integers(1, 60), st.integers(1, 20), st.sampled_from([60_000, 600_000, HOUR_MS])
).filter(lambda rule: rule.burst <= rule.limit)
PAUSES = st.lists(st.integers(0, 120_000), min_size=1, max_size=120)


def ask(rule: RateLimitRule, times: list[int]) -> list[tuple[int, RateLimitDecision]]:
    """The verdict on a request at each of these moments."""
    used: BucketState | None = None
    told = []
    for now in times:
        verdict = decide(rule, used, now)
        told.append((now, verdict))
        if verdict.allowed:
            used = take(rule, used, now)
    return told


def moments(pauses: list[int]) -> list[int]:
    return [NOON + sum(pauses[: i + 1]) for i in range(len(pauses))]


def test_the_contracts_table() -> None:
    table = {name: (rule.limit, rule.burst, rule.period_ms // SECOND_MS) for name, rule in RULES.items()}
    for ours in ("message", "read", "query", "audit", "export_job", "ingest", "admin"):
        table.pop(ours)
    assert table == {
        "dashboard_summary": (100, 10, 3600),
        "timeseries": (50, 5, 3600),
        "aggregation": (30, 3, 3600),
        "export": (5, 1, 3600),
        "websocket": (10, 10, 60),
        "default": (200, 20, 3600),
    }


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_at_once_the_burst_passes_and_no_more(rule: RateLimitRule) -> None:
    told = ask(rule, [NOON] * (rule.burst + 2))
    assert [verdict.allowed for _, verdict in told] == [True] * rule.burst + [False] * 2


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_who_keeps_the_pace_is_never_refused(rule: RateLimitRule) -> None:
    told = ask(rule, [NOON + i * rule.step_ms for i in range(3 * rule.limit)])
    assert all(verdict.allowed for _, verdict in told)


def test_what_remains_counts_down_and_comes_back_with_the_period() -> None:
    times = [NOON, NOON, NOON + 1_000, NOON + HOUR_MS - 1, NOON + HOUR_MS]
    told = [(verdict.remaining, verdict.reset_at) for _, verdict in ask(SUMMARY, times)]
    ends = NOON + HOUR_MS
    assert told == [(99, ends), (98, ends), (97, ends), (96, ends), (99, ends + HOUR_MS)]


def test_a_burst_that_is_used_up_comes_back_one_by_one() -> None:
    (*_, (_, refused)) = ask(SUMMARY, [NOON] * 11)
    assert refused == RateLimitDecision(False, 0, NOON + 36_000, 36_000)
    told = ask(SUMMARY, [NOON] * 10 + [NOON + 35_999, NOON + 36_000, NOON + 36_001])
    assert [verdict.allowed for _, verdict in told[10:]] == [False, True, False]


def test_a_period_that_is_used_up_ends_when_it_ends() -> None:
    rule = RateLimitRule("a", 12, 10)  # one in five minutes
    told = ask(rule, [NOON] * 10 + [NOON + 300_000, NOON + 600_000, NOON + 3_000_000])
    assert [verdict.allowed for _, verdict in told] == [True] * 12 + [False]
    assert told[-1][1] == RateLimitDecision(False, 0, NOON + HOUR_MS, 600_000)


@given(A_RULE, PAUSES)
def test_a_period_sees_no_more_than_the_limit_and_an_instant_no_more_than_the_burst(
    rule: RateLimitRule, pauses: list[int]
) -> None:
    allowed = [now for now, verdict in ask(rule, moments(pauses)) if verdict.allowed]
    for i, first in enumerate(allowed):
        for j in range(i, len(allowed)):
            assert j - i + 1 <= rule.burst + (allowed[j] - first) / rule.step_ms
    began, count = None, 0
    for now in allowed:
        if began is None or now >= began + rule.period_ms:
            began, count = now, 0
        count += 1
        assert count <= rule.limit


@given(A_RULE, PAUSES)
def test_whoever_waits_as_long_as_told_passes_and_not_a_moment_earlier(rule: RateLimitRule, pauses: list[int]) -> None:
    used: BucketState | None = None
    for now in moments(pauses):
        verdict = decide(rule, used, now)
        if verdict.allowed:
            assert verdict.wait_ms == 0
            used = take(rule, used, now)
        else:
            assert verdict.reset_at == now + verdict.wait_ms
            assert decide(rule, used, verdict.reset_at).allowed
            assert not decide(rule, used, verdict.reset_at - 1).allowed


@given(A_RULE, PAUSES)
def test_asking_in_vain_prolongs_nothing(rule: RateLimitRule, pauses: list[int]) -> None:
    told = ask(rule, moments(pauses))
    patient = ask(rule, [now for now, verdict in told if verdict.allowed])
    assert all(verdict.allowed for _, verdict in patient)
    assert [one for one in told if one[1].allowed] == patient


@given(A_RULE, st.integers(-10, 10))
def test_a_bucket_has_a_token_exactly_until_it_would_be_full_too_late(rule: RateLimitRule, off: int) -> None:
    used = BucketState(NOON, 0, latest_full_at(rule, NOON) + off)
    assert decide(rule, used, NOON).allowed is (off <= 0)
