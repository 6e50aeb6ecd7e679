"""What the cache did is counted for all processes together."""

from belvedere.cache.stats import hits, in_memory, in_table
from belvedere.clock import iso
from belvedere.usage.ledger import add_to
from tests.worlds.cache import CacheWorld


def test_hits_are_those_of_every_process_over_two_days(world: CacheWorld) -> None:
    mine = world.tables("demo")
    today, yesterday, before = (iso(world.now - days * 86_400_000)[:10] for days in range(3))
    add_to(mine.state, today, "GET /a", {"memory": 6, "table": 1, "miss": 2, "bypass": 1}, world.now)
    add_to(mine.state, yesterday, "GET /b", {"stale": 1}, world.now)
    add_to(mine.state, before, "GET /b", {"memory": 100}, world.now)
    found = hits(mine.state, world.now)
    assert (found.requests, found.memory_hits, found.table_hits, found.stale, found.misses) == (11, 6, 1, 1, 2)
    assert (found.memory_hit_rate, found.table_hit_rate, found.hit_rate) == (6 / 10, 1 / 4, 8 / 11)


def test_what_the_layers_hold_is_counted_in_answers_and_bytes(world: CacheWorld) -> None:
    process, mine = world.process(), world.tables("demo")
    assert (in_memory(process.memory).entries, in_table(mine.cache).entries) == (0, 0)
    world.ask(process)
    memory, table = in_memory(process.memory), in_table(mine.cache)
    assert (memory.entries, memory.bytes) == (1, process.memory.bytes)
    assert (table.entries, table.whole) == (1, True)
    assert table.bytes > 0


def test_without_a_request_there_is_no_rate(world: CacheWorld) -> None:
    found = hits(world.tables("demo").state, world.now)
    assert (found.requests, found.memory_hit_rate, found.table_hit_rate, found.hit_rate) == (0, None, None, None)
