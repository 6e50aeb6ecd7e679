"""The embedded emulator has a bounded number of a function's processes at work; the rest wait their turn."""

import threading
import time
from concurrent.futures import Future
from typing import Any

import pytest
from ministack.core import lambda_runtime

from infra.local.ministack import turns
from infra.local.ministack.turns import LONG_S, PATIENCE_S, Turns

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
        self.clock = Clock()
        self.turns = Turns(lambda_runtime.acquire_worker, lambda_runtime.release_worker, self.clock)

    def request(self, function: str = "summary") -> "Future[Any]":
        """The process that will serve a request, which has come: it has a process, or waits."""
        served, key = Future[Any](), lambda_runtime._worker_key(function, CONFIG, "$LATEST")
        before = len(self.turns._queues.get(key, ()))
        threading.Thread(target=lambda: served.set_result(self._served(function)), daemon=True).start()
        while not served.done() and len(self.turns._queues.get(key, ())) == before:
            time.sleep(0)
        return served

    def served(self, function: str = "summary") -> Any:
        """The process that serves a request which waits as long as it takes to start one; it has started."""
        request = self.request(function)
        self.clock.now += PATIENCE_S
        worker = request.result(SOON_S)
        worker._cold = False
        return worker

    def _served(self, function: str) -> Any:
        worker, _ = self.turns.acquire(function, CONFIG, b"")
        worker.last_used = self.clock.now
        return worker


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    monkeypatch.setattr(lambda_runtime, "_workers", {})
    monkeypatch.setattr(turns, "WORKERS", 2)
    monkeypatch.setattr(turns, "LOOK_S", 0.01)
    return Emulator()


def test_who_finds_all_processes_busy_gets_the_first_that_is_free(emulator: Emulator) -> None:
    _, second = emulator.served(), emulator.served()
    waiting = emulator.request()
    assert not waiting.done()
    emulator.turns.release(second)
    assert waiting.result(SOON_S) is second


def test_turns_are_taken_in_the_order_of_coming(emulator: Emulator) -> None:
    first, second = emulator.served(), emulator.served()
    waiting = [emulator.request() for _ in range(3)]
    for worker, request in zip((second, first, second), waiting, strict=True):
        emulator.turns.release(worker)
        assert request.result(SOON_S) is worker


def test_functions_do_not_wait_for_each_other(emulator: Emulator) -> None:
    busy = [emulator.served("summary"), emulator.served("summary")]
    assert emulator.request("timeseries").result(SOON_S) not in busy


def test_a_second_process_is_started_only_for_who_has_waited(emulator: Emulator) -> None:
    first = emulator.served()
    waiting = [emulator.request(), emulator.request()]
    emulator.turns.release(first)
    assert waiting[0].result(SOON_S) is first
    emulator.clock.now += PATIENCE_S
    assert waiting[1].result(SOON_S) is not first


def test_beside_processes_that_hold_on_for_long_another_one_is_started(emulator: Emulator) -> None:
    busy = [emulator.served(), emulator.served()]
    waiting = emulator.request()
    emulator.clock.now += LONG_S
    assert waiting.result(SOON_S) not in busy


def test_a_process_that_is_still_starting_is_waited_for(emulator: Emulator) -> None:
    starting = emulator.request().result(SOON_S)
    waiting = emulator.request()
    emulator.clock.now += LONG_S
    assert not waiting.done()
    starting._cold = False
    emulator.turns.release(starting)
    assert waiting.result(SOON_S) is starting
