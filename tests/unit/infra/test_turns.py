"""The embedded emulator has a bounded number of a function's processes at work; the rest wait their turn."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from ministack.core import lambda_runtime

from infra.local.ministack import turns
from infra.local.ministack.turns import LONG_S, Turns

CONFIG = {"FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:summary", "Runtime": "python3.11"}
SOON_S = 10.0


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Emulator:
    """The emulator's lending with turns around it; requests come in threads of their own, as there."""

    def __init__(self) -> None:
        self.clock, self.lent = Clock(), []
        self.turns = Turns(lambda_runtime.acquire_worker, lambda_runtime.release_worker, self.clock)
        self.requests = ThreadPoolExecutor(8)

    def request(self, function: str = "summary") -> "Future[Any]":
        return self.requests.submit(self._served, function)

    def served(self, function: str = "summary") -> Any:
        """The process that serves a request for which there is room; it has started."""
        worker = self.request(function).result(SOON_S)
        worker._cold = False
        return worker

    def _served(self, function: str) -> Any:
        worker, _ = self.turns.acquire(function, CONFIG, b"")
        worker.last_used = self.clock.now
        return worker


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    monkeypatch.setattr(lambda_runtime, "_workers", {})
    monkeypatch.setattr(turns, "WORKERS", 2)
    monkeypatch.setattr(turns, "LOOK_S", 0.01)
    emulator = Emulator()
    yield emulator
    emulator.requests.shutdown()


def test_who_finds_all_processes_busy_gets_the_first_that_is_free(emulator: Emulator) -> None:
    _, second = emulator.served(), emulator.served()
    waiting = emulator.request()
    assert not waiting.done()
    emulator.turns.release(second)
    assert waiting.result(SOON_S) is second


def test_turns_are_taken_in_the_order_of_coming(emulator: Emulator) -> None:
    first, second = emulator.served(), emulator.served()
    key = lambda_runtime._worker_key("summary", CONFIG, "$LATEST")
    waiting = []
    for number in range(1, 4):
        waiting.append(emulator.request())
        while len(emulator.turns._queues[key]) < number:
            pass
    for worker, request in zip((second, first, second), waiting, strict=True):
        emulator.turns.release(worker)
        assert request.result(SOON_S) is worker


def test_functions_do_not_wait_for_each_other(emulator: Emulator) -> None:
    busy = [emulator.served("summary"), emulator.served("summary")]
    assert emulator.served("timeseries") not in busy


def test_beside_processes_that_hold_on_for_long_another_one_is_started(emulator: Emulator) -> None:
    busy = [emulator.served(), emulator.served()]
    waiting = emulator.request()
    emulator.clock.now += LONG_S
    assert waiting.result(SOON_S) not in busy


def test_a_process_that_is_still_starting_is_waited_for(emulator: Emulator) -> None:
    starting, _ = emulator.served(), emulator.served()
    starting._cold = True
    emulator.clock.now += LONG_S
    other = emulator.served()
    waiting = emulator.request()
    assert not waiting.done()
    emulator.turns.release(other)
    assert waiting.result(SOON_S) is other
