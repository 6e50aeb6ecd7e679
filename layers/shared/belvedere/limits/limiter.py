"""Counts a request or raises the documented 429, with headers on both; fails open.

Callers are told apart by the verified key or token, and the anonymous by the network: never by a header. A limiter that
does not answer lets everybody pass, and is counted (`LimiterErrors`); but nobody signs in uncounted.
"""

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from belvedere.clock import SECOND_MS, Clock, now_ms
from belvedere.errors import RateLimited
from belvedere.limits.bucket import RateLimitDecision
from belvedere.limits.lots import Lots
from belvedere.limits.rules import rule_named
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.storage.circuit_breaker import CircuitBreaker
from belvedere.storage.client import dynamodb
from belvedere.storage.table import WorkspaceTable
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

PATIENCE_S = 0.5


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """A request that was counted, where and when (epoch ms)."""

    rule: RateLimitRule
    verdict: RateLimitDecision
    workspace: str
    who: str
    at: int

    @property
    def headers(self) -> dict[str, str]:
        """The documented headers."""
        return {
            "X-RateLimit-Limit": str(self.rule.limit),
            "X-RateLimit-Remaining": str(self.verdict.remaining),
            "X-RateLimit-Reset": str(_seconds(self.verdict.reset_at)),
        }


class Limiter:
    """The limits as one process sees them."""

    def __init__(
        self, table_of: Callable[[str], WorkspaceTable], *, clock: Clock = now_ms, breaker: CircuitBreaker | None = None
    ) -> None:
        self._table_of = table_of
        self._clock = clock
        self._lots = Lots()
        self._breaker = breaker or CircuitBreaker("buckets", timeout_s=PATIENCE_S, component="limiter")

    async def count(self, rule: RateLimitRule, workspace: str, who: str) -> CountedRequest | None:
        """Count a request; None when nobody could. Raises RateLimited."""
        now = self._clock()
        verdict = self._lots.spend(rule, workspace, who, now)
        if verdict is None:
            verdict = await self._breaker.run(functools.partial(self._take, rule, workspace, who, now), None)
        return None if verdict is None else _passed(rule, verdict, workspace, who, now)

    async def insist(self, rule: RateLimitRule, workspace: str, who: str) -> CountedRequest:
        """Count a request that nobody may make uncounted: guessing must not become free by overloading the table.

        Raises RateLimited, and what the table raises when it cannot count.
        """
        now = self._clock()
        verdict = await in_thread(functools.partial(self._take, rule, workspace, who, now))
        return _passed(rule, verdict, workspace, who, now)

    async def give_back(self, passed: CountedRequest) -> CountedRequest:
        """Undo a request's counting, as far as that is possible; the request with what holds then."""
        verdict = await self._breaker.run(functools.partial(self._give_back, passed, self._clock()), None)
        return replace(passed, verdict=verdict) if verdict else passed

    def _take(self, rule: RateLimitRule, workspace: str, who: str, now: int) -> RateLimitDecision:
        return self._lots.take(self._table_of(workspace), rule, who, now)

    def _give_back(self, passed: CountedRequest, now: int) -> RateLimitDecision | None:
        return self._lots.give_back(self._table_of(passed.workspace), passed.rule, passed.who, passed.at, now)


async def count_request(kind: str, workspace: str, who: str) -> CountedRequest | None:
    """Count a request of a class, the engine's or a board's. Raises RateLimited."""
    return await limiter().count(rule_named(kind), workspace, who)


@functools.cache
def limiter() -> Limiter:
    """The limiter of this process. A cold start makes its client here, where nobody's patience runs out meanwhile."""
    with suppress(Exception):  # each count then fails by itself, which lets everybody pass
        dynamodb()
    return Limiter(lambda workspace: tables(workspace).cache)


def _passed(rule: RateLimitRule, verdict: RateLimitDecision, workspace: str, who: str, now: int) -> CountedRequest:
    passed = CountedRequest(rule, verdict, workspace, who, now)
    if not verdict.allowed:
        raise _refusal(passed)
    return passed


def _refusal(passed: CountedRequest) -> RateLimited:
    rule, wait_s = passed.rule, _seconds(passed.verdict.wait_ms)
    detail = (
        f"Too many requests from this client: {rule.limit} in {rule.period_ms // SECOND_MS} s and {rule.burst} at once "
        f"are allowed of this kind; the next one in {wait_s} s"
    )
    headers = passed.headers | {"Retry-After": str(wait_s)}
    return RateLimited(detail, headers=headers, retry_after=wait_s, limit_type=rule.name)


def _seconds(ms: int) -> int:
    """Whole seconds, rounded up: who waits so long has waited long enough."""
    return -(-ms // SECOND_MS)
