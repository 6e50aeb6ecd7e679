"""Judges a request by what its caller has used: a token bucket for the burst, and a count for the period. Pure.

The bucket holds `burst` tokens and gets one back every period / limit (100 an hour: one in 36 s). Instead of a number
of tokens it keeps the moment at which it will be full again, as the generic cell rate algorithm does (ATM Forum,
Traffic Management 4.0, section 4.4.2): taking a token moves that moment by one step, and an addition is what a table
can do by itself. The count begins with the first request of a period, which never sees more than its limit.
"""

from dataclasses import dataclass

from belvedere.schema.rate_limits import RateLimitRule


@dataclass(frozen=True, slots=True)
class BucketState:
    """What is kept of a caller: when the period began, requests in it, and when the bucket will be full. Epoch ms."""

    began: int
    count: int
    full_at: int


@dataclass(frozen=True, slots=True)
class RateLimitDecision:
    """May the request pass, how many more of its period may, and when does that change (epoch ms)?"""

    allowed: bool
    remaining: int
    reset_at: int
    wait_ms: int = 0


def new_period(rule: RateLimitRule, used: BucketState | None, now: int) -> bool:
    """Does the next request begin a period?"""
    return used is None or used.began + rule.period_ms <= now


def bucket_full(used: BucketState | None, now: int) -> bool:
    """Has the bucket all its tokens?"""
    return used is None or used.full_at <= now


def decide(rule: RateLimitRule, used: BucketState | None, now: int) -> RateLimitDecision:
    """What a request at this moment may do, before it is counted."""
    count = 0 if used is None or new_period(rule, used, now) else used.count
    ends = now + rule.period_ms if used is None or new_period(rule, used, now) else used.began + rule.period_ms
    wait = max(_wait_for_token(rule, used, now), ends - now if count >= rule.limit else 0)
    if wait > 0:
        return RateLimitDecision(False, 0, now + wait, wait)
    return RateLimitDecision(True, rule.limit - count - 1, ends)


def take(rule: RateLimitRule, used: BucketState | None, now: int) -> BucketState:
    """What is kept after a request that was allowed."""
    if used is None:
        return BucketState(now, 1, now + rule.step_ms)
    began, count = (now, 1) if new_period(rule, used, now) else (used.began, used.count + 1)
    return BucketState(began, count, max(used.full_at, now) + rule.step_ms)


def latest_full_at(rule: RateLimitRule, now: int) -> int:
    """The fullness that still leaves a token: a bucket that is full later than this has none."""
    return now + (rule.burst - 1) * rule.step_ms


def _wait_for_token(rule: RateLimitRule, used: BucketState | None, now: int) -> int:
    return max(0, used.full_at - latest_full_at(rule, now)) if used else 0
