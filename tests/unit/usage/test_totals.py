"""Totals since the beginning never fall, whoever carries finished days, and however often."""

from typing import Any

import pytest

from belvedere.clock import DAY_MS, iso
from belvedere.storage.keys.state import totals_key
from belvedere.storage.table import WorkspaceTable
from belvedere.usage.ledger import add_to
from belvedere.usage.totals import carry, totals
from tests.unit.cache.conftest import client, world  # noqa: F401 - fixtures
from tests.worlds.cache import CacheWorld

NOW = 1_767_603_600_000
ROUTE = "GET /a"


@pytest.fixture
def state(world: CacheWorld) -> WorkspaceTable:  # noqa: F811
    return world.tables("demo").state


def count(state: WorkspaceTable, days_ago: int, number: int = 1, route: str = ROUTE) -> None:
    day = NOW - days_ago * DAY_MS
    add_to(state, iso(day)[:10], route, {"requests": number}, day)


def carried(state: WorkspaceTable) -> Any:
    return (state.get(totals_key("demo")) or {}).get("through")


def test_days_are_added_up_by_route(state: WorkspaceTable) -> None:
    for days_ago in (0, 1, 2, 100):
        count(state, days_ago)
    count(state, 0, 5, "GET /b")
    assert totals(state, NOW) == {ROUTE: {"requests": 4}, "GET /b": {"requests": 5}}


def test_nothing_counted_is_nothing(state: WorkspaceTable) -> None:
    assert totals(state, NOW) == {}
    assert carried(state) is None


def test_finished_days_are_carried_once_and_stay_when_their_rows_are_gone(state: WorkspaceTable) -> None:
    count(state, 5, 10)
    count(state, 1)
    assert totals(state, NOW) == totals(state, NOW) == {ROUTE: {"requests": 11}}
    assert carried(state) == iso(NOW - 2 * DAY_MS)[:10]
    from belvedere.storage.keys.state import usage_key

    state.delete_all([usage_key("demo", iso(NOW - 5 * DAY_MS)[:10], ROUTE)])
    assert totals(state, NOW) == {ROUTE: {"requests": 11}}


def test_totals_go_on_from_day_to_day(state: WorkspaceTable) -> None:
    seen = []
    for day in range(-6, 1):
        count(state, -day)
        seen.append(totals(state, NOW + day * DAY_MS)[ROUTE]["requests"])
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_two_who_carry_the_same_days_carry_them_once(state: WorkspaceTable) -> None:
    count(state, 5, 10)
    totals(state, NOW)
    assert not carry(state, "", "2026-01-01", {})
    assert totals(state, NOW) == {ROUTE: {"requests": 10}}
