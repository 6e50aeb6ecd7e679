"""Counting in the real table: one write a request, right however many come at once, and none for who has to wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from belvedere.clock import HOUR_MS
from belvedere.limits.bucket import RateLimitDecision
from belvedere.limits.buckets import BELIEVED_MS, Buckets
from belvedere.limits.rules import rule_named
from belvedere.schema.rate_limits import RateLimitRule
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.cache import bucket_key
from belvedere.storage.meter import metered
from belvedere.storage.table import WorkspaceTable

NOON = 1_767_268_800_000
RULE = RateLimitRule("of-the-test", 12, 4)  # one in five minutes
STEP = RULE.step_ms


@pytest.fixture
def table(tables: dict[str, str], request: pytest.FixtureRequest) -> WorkspaceTable:
    """The Cache table as a workspace of this test sees it."""
    return WorkspaceTable(dynamodb(), tables["CACHE_TABLE"], request.node.name.replace("_", "-")[:60])


def allowed(table: WorkspaceTable, times: list[int], buckets: Callable[[], Buckets]) -> list[bool]:
    return [buckets().take(table, RULE, "user:ann", now).allowed for now in times]


@pytest.mark.parametrize("process", ["one process", "a new process each time"])
def test_the_table_gives_what_the_arithmetic_gives(table: WorkspaceTable, process: str) -> None:
    kept = Buckets()
    buckets = (lambda: kept) if process == "one process" else Buckets
    burst = [NOON] * 5
    later = [NOON + STEP - 1, NOON + STEP, NOON + STEP]
    assert allowed(table, burst + later, buckets) == [True] * 4 + [False, False, True, False]
    full_again = NOON + HOUR_MS + 4 * STEP
    assert allowed(table, [full_again] * 5, buckets) == [True] * 4 + [False]


def test_a_period_ends_though_the_bucket_is_still_in_use(table: WorkspaceTable) -> None:
    paced = [NOON + i * STEP for i in range(12)]
    late = [NOON + HOUR_MS - 2, NOON + HOUR_MS - 1, NOON + HOUR_MS]
    rule_of_twelve = allowed(table, paced + late, Buckets)
    assert rule_of_twelve == [True] * 12 + [False, False, True]


@pytest.mark.parametrize("process", ["one process", "many processes"])
def test_of_many_at_once_exactly_the_burst_passes(table: WorkspaceTable, process: str) -> None:
    shared = Buckets()
    with ThreadPoolExecutor(16) as pool:
        told = list(
            pool.map(
                lambda _: (shared if process == "one process" else Buckets()).take(table, RULE, "user:ann", NOON),
                range(48),
            )
        )
    assert sum(verdict.allowed for verdict in told) == RULE.burst
    assert sorted(verdict.remaining for verdict in told if verdict.allowed) == [8, 9, 10, 11]
    assert {verdict.wait_ms for verdict in told if not verdict.allowed} == {STEP}


def test_a_request_writes_once_and_a_refusal_never(table: WorkspaceTable) -> None:
    buckets = Buckets()
    units = []
    for _ in range(6):
        with metered() as meter:
            buckets.take(table, RULE, "user:ann", NOON)
        units.append((meter.write_units, meter.read_units))
    assert units == [(1.0, 0.0)] * 4 + [(0.0, 0.0)] * 2


def test_another_process_is_told_of_the_wait_by_the_table_which_it_leaves_as_it_is(table: WorkspaceTable) -> None:
    allowed(table, [NOON] * 4, Buckets)
    before = item(table)
    assert Buckets().take(table, RULE, "user:ann", NOON + 1) == RateLimitDecision(False, 0, NOON + STEP, STEP - 1)
    assert item(table) == before


def test_a_request_that_is_given_back_was_never_there(table: WorkspaceTable) -> None:
    buckets = Buckets()
    assert allowed(table, [NOON] * 5, lambda: buckets) == [True] * 4 + [False]
    assert buckets.give_back(table, RULE, "user:ann", NOON, NOON + 5) == RateLimitDecision(True, 9, NOON + HOUR_MS)
    assert allowed(table, [NOON + 10] * 2, Buckets) == [True, False]


def test_what_another_process_gave_back_is_noticed_within_a_moment(table: WorkspaceTable) -> None:
    waiting = Buckets()
    assert allowed(table, [NOON] * 5, lambda: waiting) == [True] * 4 + [False]
    Buckets().give_back(table, RULE, "user:ann", NOON, NOON + 5)
    assert allowed(table, [NOON + 10, NOON + BELIEVED_MS], lambda: waiting) == [False, True]


def test_nothing_is_given_back_that_is_there_by_itself(table: WorkspaceTable) -> None:
    buckets = Buckets()
    buckets.take(table, RULE, "user:ann", NOON)
    assert buckets.give_back(table, RULE, "user:ann", NOON, NOON + STEP) is None
    buckets.take(table, RULE, "user:ann", NOON + HOUR_MS)
    before = item(table)
    assert buckets.give_back(table, RULE, "user:ann", NOON + HOUR_MS - 1, NOON + HOUR_MS) is None, "of the hour before"
    assert item(table) == before
    assert buckets.give_back(table, RULE, "user:bob", NOON, NOON) is None, "of nobody"


@pytest.mark.parametrize("process", ["one process", "many processes"])
def test_many_at_once_that_are_given_back_leave_nothing(table: WorkspaceTable, process: str) -> None:
    shared = Buckets()

    def wrong(n: int) -> None:
        buckets = shared if process == "one process" else Buckets()
        if buckets.take(table, RULE, "user:ann", NOON).allowed:
            buckets.give_back(table, RULE, "user:ann", NOON, NOON + 1)

    with ThreadPoolExecutor(4) as pool:  # as many as may come at once
        list(pool.map(wrong, range(24)))
    assert item(table)["count"]["N"] == "0"
    assert allowed(table, [NOON + 2] * 5, Buckets) == [True] * 4 + [False]


def test_callers_and_kinds_have_buckets_of_their_own(table: WorkspaceTable) -> None:
    buckets = Buckets()
    export = rule_named("export")
    assert buckets.take(table, export, "user:ann", NOON).allowed
    assert not buckets.take(table, export, "user:ann", NOON).allowed
    assert buckets.take(table, export, "user:bob", NOON).allowed
    assert buckets.take(table, RULE, "user:ann", NOON).allowed


def test_what_is_kept_goes_by_itself(table: WorkspaceTable) -> None:
    Buckets().take(table, RULE, "user:ann", NOON)
    expires_ms = int(item(table)["expires"]["N"]) * 1000
    assert NOON + HOUR_MS < expires_ms <= NOON + 2 * HOUR_MS + 2_000


def item(table: WorkspaceTable) -> dict[str, Any]:
    key = table.key(bucket_key(table.workspace, RULE.name, "user:ann"))
    return dict(table.client.get_item(TableName=table.name, Key=key, ConsistentRead=True)["Item"])
