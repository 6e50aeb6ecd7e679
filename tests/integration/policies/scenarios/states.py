"""What scenarios share: one question through every state of its cached answer, and a day that changed after sealing."""

import importlib
from collections.abc import Callable
from typing import Any

from belvedere.cache import store
from belvedere.cache.policy import Policy
from belvedere.clock import DAY_MS, SECOND_MS, now_ms
from tests.contract.learning.school import WEEK
from tests.worlds.served import interaction
from tests.worlds.stage import Stage

START, END = WEEK["start_date"], WEEK["end_date"]
SOME_HOURS = {"start_date": f"{START[:10]}T05:00:00Z", "end_date": f"{START[:10]}T22:00:00Z"}
SETTLED_MS = 10 * SECOND_MS  # ahead of the data, so that answers are stored
LATE_MS = 10 * SECOND_MS


def through_every_cache_state(
    stage: Stage, module: str, ask: Callable[[], Any], *, policy: Policy | None = None, start_ms: int = SETTLED_MS
) -> None:
    """One question while its answer is missing, stored, stale, and stale while nobody can refresh it.

    The times are those of the policy of the module's cached query, or of the one given; `start_ms` is how far ahead of
    the present it begins.
    """
    ttl_s = (policy or importlib.import_module(module).QUERY.policy).ttl_s
    stage.ahead_ms = start_ms
    states = [cache_state(stage, ask), cache_state(stage, ask)]
    stage.ahead_ms += ttl_s * SECOND_MS + LATE_MS
    states.append(cache_state(stage, ask))
    stage.ahead_ms += store.LEASE_MS + LATE_MS
    stage.recorder.lambda_fails = True
    states.append(cache_state(stage, ask))
    stage.recorder.lambda_fails = False
    assert states == ["miss", "hit-table", "stale", "miss"]


def sample_through_every_cache_state(stage: Stage, module: str) -> None:
    """The sample request in all states, from shortly after the next midnight, so that they are on one day."""
    ask = lambda: stage.run(module, stage.sample(module))  # noqa: E731
    through_every_cache_state(stage, module, ask, start_ms=DAY_MS - now_ms() % DAY_MS + SETTLED_MS)


def cache_state(stage: Stage, ask: Callable[[], Any]) -> str:
    """Where the answer came from, asked in a process that remembers nothing."""
    stage.new_process()
    return str(ask()["headers"]["x-cache"])


def change_a_sealed_day(stage: Stage) -> None:
    """A new event on a day that was sealed before."""
    stage.served.send_and_fold(interaction(f"unsealed-{now_ms()}", "2025-01-14T12:00:00Z", "late-user"))
