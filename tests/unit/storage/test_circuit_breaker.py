"""A cache in trouble is given up for a while; a bug of ours is not hidden by it."""

import asyncio
import threading

import pytest

from belvedere.errors import TenantViolation
from belvedere.storage.circuit_breaker import OPEN_S, CircuitBreaker


def test_after_a_failure_nothing_is_asked_for_a_while() -> None:
    now, calls = [0.0], []
    breaker = CircuitBreaker("cache", lambda: now[0])

    def fail() -> int:
        calls.append(1)
        raise ConnectionError("no route")

    for _ in range(3):
        assert asyncio.run(breaker.run(fail, 7)) == 7
    assert len(calls) == 1
    now[0] = OPEN_S
    assert asyncio.run(breaker.run(lambda: 8, 7)) == 8


def test_a_call_that_takes_too_long_is_not_waited_for() -> None:
    done = threading.Event()
    breaker = CircuitBreaker("cache", timeout_s=0.01)
    assert asyncio.run(breaker.run(lambda: done.wait(5), "gave up")) == "gave up"
    done.set()


def test_trouble_is_counted_and_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ConnectionError("no route")

    asyncio.run(CircuitBreaker("cache").run(fail, None))
    assert '"CacheErrors":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_key_of_another_workspace_is_never_a_miss() -> None:
    def steal() -> None:
        raise TenantViolation("not yours")

    with pytest.raises(TenantViolation):
        asyncio.run(CircuitBreaker("cache").run(steal, None))
