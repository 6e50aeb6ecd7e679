"""What is asked most is known from a sample, as it can be asked again."""

from belvedere.cache.query_sampling import SAMPLE, most_frequent, sample_query
from tests.worlds.cache import CacheWorld

DAY_S = 86_400


def test_the_most_asked_come_first(world: CacheWorld) -> None:
    table = world.tables("demo").cache
    for times, preset in ((1, "7d"), (3, "24h"), (2, "30d")):
        for _ in range(times):
            sample_query(table, "a:kind", {"preset": preset, "users": ["b", "a"]}, world.now)
    assert [request["preset"] for _, request in most_frequent(table, world.now, 2)] == ["24h", "30d"]
    assert most_frequent(table, world.now, 1) == [("a:kind", {"preset": "24h", "users": ["b", "a"]})]


def test_yesterday_counts_and_the_day_before_does_not(world: CacheWorld) -> None:
    table = world.tables("demo").cache
    sample_query(table, "k", {"q": 1}, world.now)
    assert len(most_frequent(table, world.now + DAY_S * 1_000, 9)) == 1
    assert most_frequent(table, world.now + 2 * DAY_S * 1_000, 9) == []


def test_one_request_in_a_sample_is_noted(world: CacheWorld) -> None:
    chances = iter([1 / SAMPLE, 0.99 / SAMPLE, 0.5])
    process = world.process(chance=lambda: next(chances))
    for number in range(3):
        world.ask(process, request={"q": number})
    assert most_frequent(world.tables("demo").cache, world.now, 9) == [("a:kind", {"q": 1})]


def test_a_personal_request_is_not_noted(world: CacheWorld) -> None:
    world.ask(world.process(chance=lambda: 0.0), personal="ada")
    assert most_frequent(world.tables("demo").cache, world.now, 9) == []


def test_a_request_too_long_to_remember_is_not_noted(world: CacheWorld) -> None:
    table = world.tables("demo").cache
    sample_query(table, "k", {"q": "x" * 5_000}, world.now)
    assert most_frequent(table, world.now, 9) == []
