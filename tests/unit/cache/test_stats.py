"""What the cache did is counted for all processes together."""

from belvedere.cache.stats import stats
from belvedere.clock import iso
from belvedere.usage.ledger import add_to
from tests.unit.cache.conftest import World


def test_hits_are_those_of_every_process_over_two_days(world: World) -> None:
    process, mine = world.process(), world.tables("demo")
    today, yesterday, before = (iso(world.now - days * 86_400_000)[:10] for days in range(3))
    add_to(mine.state, today, "GET /a", {"memory": 6, "table": 1, "miss": 2, "bypass": 1}, world.now)
    add_to(mine.state, yesterday, "GET /b", {"stale": 1}, world.now)
    add_to(mine.state, before, "GET /b", {"memory": 100}, world.now)
    world.ask(process)
    found = stats(mine, process.memory, world.now)
    assert (found.requests, found.memory_hits, found.table_hits, found.stale, found.misses) == (11, 6, 1, 1, 2)
    assert (found.memory_hit_rate, found.table_hit_rate) == (6 / 10, 1 / 4)
    assert (found.memory_entries, found.table_entries) == (1, 1)


def test_without_a_request_there_is_no_rate(world: World) -> None:
    found = stats(world.tables("demo"), world.process().memory, world.now)
    assert (found.requests, found.memory_hit_rate, found.table_hit_rate) == (0, None, None)
