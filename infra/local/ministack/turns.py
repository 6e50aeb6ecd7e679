"""Bounds how many processes of a function work at once; who comes when all are busy waits for a turn, first come first.

MiniStack starts a further process for each request that finds no idle one. On a laptop that takes the processor from
those who could have answered meanwhile: fifty readers of one page got less than ten do. AWS has room to start as many.

A few requests at once are soonest answered by the process there is, so a further one is started only for who has waited
for a while, and one after another. Nobody waits for ever: a process that has been busy for LONG_S holds a stream, or
waits for a function that waits for its own, and others may be started beside it.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

WORKERS = max(2, os.cpu_count() or 1)  # of one function that work at once
STARTING = max(2, os.cpu_count() or 1)  # of all functions
PATIENCE_S = 0.25  # before another one is started
LONG_S = 1.0
LOOK_S = 0.05

Acquire = Callable[..., tuple[Any, str]]
Release = Callable[[Any], None]


class Turns:
    """The queues of all functions, around the emulator's own lending of processes."""

    def __init__(self, acquire: Acquire, release: Release, clock: Callable[[], float] = time.time) -> None:
        self._acquire, self._release, self._clock = acquire, release, clock  # the clock of `last_used`
        self._gate = threading.Lock()
        self._queues: dict[str, deque[threading.Event]] = {}

    def acquire(
        self, name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST", most: int | None = None
    ) -> tuple[Any, str]:
        """Lend a process of a function; returns when there is one, in the order of calls."""
        key, turn = lambda_runtime._worker_key(name, config, qualifier), threading.Event()
        came = self._clock()
        with self._gate:
            queue = self._queues.setdefault(key, deque())
            queue.append(turn)
        while True:
            with self._gate:
                if queue[0] is turn and self._room(key, self._clock() - came):
                    queue.popleft()
                    self._call_next()
                    return self._acquire(name, config, code, qualifier, most)
                turn.clear()
            turn.wait(LOOK_S)

    def release(self, worker: Any) -> None:
        """Take a process back; the first of each queue looks again."""
        self._release(worker)
        with self._gate:
            self._call_next()

    def _call_next(self) -> None:
        for queue in self._queues.values():
            if queue:
                queue[0].set()

    def _room(self, key: str, waited_s: float) -> bool:
        """Is a process idle, or may one be started?"""
        workers = lambda_runtime._workers.get(key, ())
        if not all(worker.in_use for worker in workers):
            return True
        if any(worker._cold for worker in workers):
            return False
        recent = self._clock() - LONG_S
        working = sum(worker.last_used > recent for worker in workers)
        return not workers or (working < WORKERS and waited_s >= PATIENCE_S)


def take_turns() -> None:
    """Have the emulator's functions wait for each other, and start a few processes at a time."""
    turns = Turns(lambda_runtime.acquire_worker, lambda_runtime.release_worker)
    for module in (lambda_runtime, lambda_svc):
        module.acquire_worker, module.release_worker = turns.acquire, turns.release
    spawn, starting = lambda_runtime.Worker._spawn, threading.BoundedSemaphore(STARTING)

    def spawned(worker: Any) -> None:
        with starting:
            spawn(worker)

    lambda_runtime.Worker._spawn = spawned
