"""Leases on a real table: conditional writes decide, whoever races."""

from concurrent.futures import ThreadPoolExecutor

from belvedere.cache import store
from belvedere.clock import now_ms
from tests.integration.cache.conftest import Board


def test_of_many_who_race_one_gets_the_lease(board: Board) -> None:
    now = now_ms()
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: store.take_lease(board.tables.cache, "n", now), range(8)))
    assert len([token for token in tokens if token]) == 1


def test_a_lease_ends_is_renewed_by_its_holder_and_given_back_by_nobody_else(board: Board) -> None:
    table, now = board.tables.cache, now_ms()
    first = store.take_lease(table, "m", now)
    assert first
    assert store.renew_lease(table, "m", first, now + 29_000)
    assert store.take_lease(table, "m", now + 31_000) is None
    second = store.take_lease(table, "m", now + 29_000 + store.LEASE_MS + 1)
    assert second
    assert not store.renew_lease(table, "m", first, now + 60_000)
    store.release_lease(table, "m", first)
    assert store.take_lease(table, "m", now + 60_000) is None
    store.release_lease(table, "m", second)
    assert store.take_lease(table, "m", now + 60_000)
